/* Shaping an answer by the request's schema: its keys, in its order, and nothing else, as
 * structured outputs do. Pure. */
#ifndef FAKE_CONFORM_H
#define FAKE_CONFORM_H

struct json_object;

/* A new value like `value` as far as the schema allows. What is missing becomes null where
 * null is allowed, else empty. Without a schema a copy. `root` resolves references. The
 * caller puts the value. */
struct json_object *fake_conform(struct json_object *value, struct json_object *schema,
                                 struct json_object *root);

#endif
