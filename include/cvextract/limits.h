/* Every limit on what input may ask of the program, in one place (50-quality.md). Each has a
 * message that names the limit and the value seen; bytes unless said otherwise. */
#ifndef CVEXTRACT_LIMITS_H
#define CVEXTRACT_LIMITS_H

#define CVX_KIB ((size_t)1024)
#define CVX_MIB (1024 * CVX_KIB)

/* Package (a zip archive). */
#define CVX_PACKAGE_MAX (512 * CVX_MIB)         /* on disk */
#define CVX_PACKAGE_ENTRIES_MAX ((size_t)10000) /* entries */
#define CVX_PACKAGE_DIR_MAX (4 * CVX_MIB)       /* central directory */
#define CVX_PART_MAX (256 * CVX_MIB)            /* one part, inflated */
#define CVX_PARTS_MAX (512 * CVX_MIB)           /* all parts read, inflated */
#define CVX_PART_RATIO_MAX ((size_t)200)        /* inflated : compressed ... */
#define CVX_PART_RATIO_FROM (1 * CVX_MIB)       /* ... judged for parts over this */
#define CVX_INFLATED_MAX (1024 * CVX_MIB)       /* in memory, over all threads */

/* XML. */
#define CVX_XML_DEPTH_MAX ((size_t)512)       /* open elements */
#define CVX_XML_ENTITY_RATIO_MAX ((size_t)10) /* expansion : part */
#define CVX_XML_ENTITY_MAX (16 * CVX_MIB)     /* expansion of one part */
#define CVX_PARAGRAPH_MAX (16 * CVX_MIB)      /* text of one paragraph */
#define CVX_ATTRIBUTES_MAX (16 * CVX_MIB)     /* attribute bytes of one element */
#define CVX_DOCUMENT_TEXT_MAX (64 * CVX_MIB)  /* text of all paragraphs of one document */
/* What libxml2 would spend more than linear time on. */
#define CVX_XML_ENTITY_REFS_MAX ((size_t)1000000) /* references to entities in one part */
#define CVX_XML_ATTRIBUTES_MAX ((size_t)1024) /* attributes, xmlns too, of an element */
#define CVX_XML_NAMESPACES_MAX ((size_t)4096) /* declarations in scope at once */
#define CVX_XML_NAMES_MAX (128 * CVX_KIB)     /* distinct names and namespaces stored */
#define CVX_XML_ATTLIST_MAX (256 * CVX_KIB)   /* part that has <!ATTLIST declarations */

/* Inputs of the extractor that asks a model. */
#define CVX_TEXT_FILE_MAX (16 * CVX_MIB) /* TXT, Markdown, HTML */
#define CVX_TEXT_MAX (1 * CVX_MIB)       /* their text, and a DOCX's, as it is sent */
#define CVX_PDF_MAX (20 * CVX_MIB)       /* PDF */
#define CVX_PDF_PAGES_MAX ((size_t)1000) /* pages counted, for its tokens */

/* JSON. */
#define CVX_JSON_MAX (64 * CVX_MIB)
#define CVX_JSON_DEPTH_MAX 64 /* open containers */
#define CVX_JSON_VALUES_MAX                                                              \
    ((size_t)1000000) /* an empty one of 2 bytes costs near 1 KiB */

/* Templates: what rendering one document may spend. */
#define CVX_TEMPLATE_DEPTH_MAX 128 /* nested expressions, values and calls */
#define CVX_TEMPLATE_ROUNDS_MAX ((size_t)1000000) /* rounds of all loops and filters */
#define CVX_TEMPLATE_OUTPUT_MAX (256 * CVX_MIB)   /* text of one part */
#define CVX_TEMPLATE_TAGS_MAX ((size_t)4000000)   /* XML tags of one rendered part */
#define CVX_TEMPLATE_MEMORY_MAX (512 * CVX_MIB)   /* values */
#define CVX_TEMPLATE_DIGITS_MAX ((size_t)4300)    /* decimal digits of an integer */

/* HTTP (bodies after decompression). */
#define CVX_CHAT_REPLY_MAX (8 * CVX_MIB)
#define CVX_REQUEST_MAX (32 * CVX_MIB) /* a PDF of 20 MiB in base64, and its text */
#define CVX_PAGE_MAX (2 * CVX_MIB)
#define CVX_HTTP_HEADERS_MAX (256 * CVX_KIB)
#define CVX_BODIES_MAX (512 * CVX_MIB) /* in memory over the run: no new call starts */

/* A run. */
#define CVX_FILES_IN_FLIGHT_AUTO_MAX 1000u /* with n=auto */
#define CVX_OUTPUT_NAME_MAX ((size_t)255)  /* bytes of a final file name */
#define CVX_PATH_BYTES_MAX ((size_t)4095)  /* bytes of a whole path: the system's own */
#define CVX_INPUTS_MAX (64 * CVX_MIB)      /* a list of inputs (--rerun-failed) */

#endif
