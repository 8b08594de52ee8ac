"""What the template layouts share: tags, and marks that only the extractor reads.

The default extractor keeps equal header lines once, and takes a short line for a heading.
Hidden runs keep what is rendered apart where that would matter: a bullet with as many blanks
as the list has a number before each item of a list (blanks and bullets are dropped when it
is split), a dash before a short description (dashes at the start make no heading).

Colours inside text boxes are given to the runs, not only to their styles: LibreOffice 7.4
shows the document's default colour there.
"""
from ooxml import p, run

SECTIONS = [
    ("SKILLS", "skills"),
    ("LANGUAGES", "languages"),
    ("TOOLS", "tools"),
    ("CERTIFICATIONS", "certifications"),
    ("INDUSTRIES", "industries"),
    ("SPOKEN LANGUAGES", "spoken_languages"),
    ("ACADEMIC BACKGROUND", "academic_background"),
]
LINES_MAX = 8  # longer lists are set as running text
NAME_MAX = 24  # characters that fit on one line in the large style

# What Word shows as the author and title: markup is left to the XML writer, and Word takes
# no more than 255 characters.
NAME = "{{ (identity.full_name if identity)|string|truncate(200)|safe }}"
SHORT = (
    "{% if job.description|length <= 80 and job.description[-1:] not in '.;:' %}"
    "– {% endif %}"
)


def tag(text):
    """A paragraph that is nothing but a {%p %} tag."""
    return p(run("{%p " + text + " %}"))


def mark(number):
    return run("•" + " " * number, hidden=True)


def name(style, long_style, **look):
    """The name; a long one in the smaller style, so that its box holds it."""
    return (
        tag(f"if identity.full_name|length <= {NAME_MAX}")
        + p(run("{{ identity.full_name }}", **look), style=style)
        + tag("else")
        + p(run("{{ identity.full_name }}", **look), style=long_style)
        + tag("endif")
    )


def listing(number, title, items, title_style, item_style, **look):
    """One section of the sidebar, gone when it is empty; `look` is its title's."""
    items = f"sidebar.{items}"
    return (
        tag(f"if sidebar and {items}")
        + p(run(title, **look), style=title_style)
        + tag(f"if {items}|length <= {LINES_MAX}")
        + tag(f"for item in {items}")
        + p(mark(number), run("{{ item }}"), style=item_style)
        + tag("endfor")
        + tag("else")
        + p(mark(number), run("{{ " + items + "|join(', ') }}"), style=item_style)
        + tag("endif")
        + tag("endif")
    )


def sidebar(sections, title_style, item_style, first=1, **look):
    """sections: (title, key) pairs; `first` numbers them over all boxes of a template."""
    return "".join(
        listing(first + n, title, key, title_style, item_style, **look)
        for n, (title, key) in enumerate(sections)
    )


def overview(title_style, text_style):
    return (
        tag("if overview")
        + p(run("OVERVIEW"), style=title_style)
        + p(run("{{ overview }}"), style=text_style)
        + tag("endif")
    )


def description(style):
    return (
        tag("if job.description")
        + p(run(SHORT, hidden=True), run("{{ job.description }}"), style=style)
        + tag("endif")
    )


def bullets(style):
    return (
        tag("for point in job.bullets or []")
        + p(run("{{ point }}"), style=style)
        + tag("endfor")
    )


def environment(style, **label):
    return (
        tag("if job.environment")
        + p(
            run("Environment: ", **label),
            run("{{ job.environment|join(', ') }}"),
            style=style,
        )
        + tag("endif")
    )
