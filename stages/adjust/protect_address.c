/* Owns what counts as an e-mail or web address in running text: a simple reading, since a
 * thing protected in error costs nothing but its translation. Linear. */
#include "adjust/protect_private.h"

#include <string.h>
#include <strings.h>

#include "adjust/words.h"

/* Longer ones are no addresses that anybody writes into a CV. */
#define ADDRESS_MAX ((size_t)2048)

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_host_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* Blanks, brackets and quotes: an address ends before them. */
static bool is_end(uint32_t c)
{
    if (c >= 0x80)
        return cvx_unicode_is_space(c) || cvx_words_unspaced(c);
    return c <= ' ' || strchr("()<>[]{}\"'`|;,", (int)c) != NULL;
}

/* Takes what is between two such characters. */
static struct cvx_span next_piece(struct cvx_span *rest)
{
    struct cvx_span piece = {rest->p, 0};
    size_t n = 0, taken = 0;

    while (taken < rest->len) {
        uint32_t c = cvx_unicode_decode(rest->p + taken, rest->p + rest->len, &n);

        taken += n;
        if (is_end(c))
            break;
        piece.len = taken;
    }
    *rest = (struct cvx_span){rest->p + taken, rest->len - taken};
    return piece;
}

/* Without the punctuation of the sentence that it stands in. */
static struct cvx_span without_tail(struct cvx_span piece)
{
    while (piece.len > 0 && strchr(".:!?*_~", piece.p[piece.len - 1]))
        piece.len--;
    return piece;
}

/* How many bytes at p are a host with a top-level domain of letters: at least "a.bc". */
static size_t host_len(const char *p, size_t len)
{
    size_t n = 0, label = 0, dots = 0;

    while (n < len && is_host_char(p[n])) {
        if (p[n] == '.') {
            if (n == label)
                return 0;
            label = n + 1;
            dots++;
        }
        n++;
    }
    if (dots == 0 || n - label < 2)
        return 0;
    for (size_t i = label; i < n; i++)
        if (!is_letter(p[i]))
            return 0;
    return n;
}

static bool begins(struct cvx_span piece, const char *word)
{
    size_t n = strlen(word);

    return piece.len > n && strncasecmp(piece.p, word, n) == 0;
}

static bool is_web(struct cvx_span piece)
{
    static const char *const k_starts[] = {"http://", "https://", "ftp://",
                                           "mailto:", "www."};
    for (size_t i = 0; i < sizeof(k_starts) / sizeof(k_starts[0]); i++)
        if (begins(piece, k_starts[i]))
            return true;
    /* github.com/someone: without the slash it could be the end of a sentence. */
    size_t host = host_len(piece.p, piece.len);

    return host > 0 && host + 1 < piece.len && piece.p[host] == '/';
}

static bool is_email(struct cvx_span piece)
{
    const char *at = memchr(piece.p, '@', piece.len);

    if (!at || at == piece.p)
        return false;
    size_t left = piece.len - (size_t)(at + 1 - piece.p);

    return left > 0 && host_len(at + 1, left) == left;
}

bool cvx_protect_address_next(struct cvx_span *rest, struct cvx_span *ret)
{
    while (rest->len > 0) {
        struct cvx_span piece = without_tail(next_piece(rest));

        if (piece.len <= ADDRESS_MAX && (is_web(piece) || is_email(piece))) {
            *ret = piece;
            return true;
        }
    }
    return false;
}
