"""An issue as pages: index, a page an indicator, a page an area. No script, no address outside its own folder.

Belongs here: filling the templates. What is said is `layout`'s, how it looks is `templates/`.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from publication.bulletin import pictures

TEMPLATES = Path(__file__).parent / "templates"
FILES = (
    ("PDF", "bulletin.pdf"),
    ("Excel", "bulletin.xlsx"),
    ("Word", "bulletin.docx"),
    ("数据", "data.csv"),
)


def environment() -> Environment:
    """Return where pages are filled: everything is escaped, and a name that is not there is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.globals["pictures"] = pictures
    return made


def write(page: dict, folder: Path, files: list[str]) -> list[Path]:
    """Write the pages of an issue into a folder; `files`: the names of what lies beside them. Return what was written."""
    made, shown = environment(), [pair for pair in FILES if pair[1] in files]
    common = {"page": page, "badges": page["badges"]}
    written = [folder / "style.css", folder / "index.html"]
    written[0].write_bytes((TEMPLATES / "style.css").read_bytes())
    index = made.get_template("index.html.j2")
    written[1].write_text(index.render(**common, files=shown), "utf-8")
    for part, name, key in (("indicators", "indicator", "slug"), ("areas", "area", "area_code")):
        template = made.get_template(f"{name}.html.j2")
        (folder / part).mkdir()
        for one in page[part]:
            target = folder / part / f"{one[key]}.html"
            target.write_text(template.render(**common, **{name: one}), "utf-8")
            written.append(target)
    return written


def write_letters(page: dict, folder: Path) -> None:
    """Write the monthly letter to each area below: what is the house's own to say, with the day to reply by."""
    template = environment().get_template("letter.html.j2")
    (folder / "letters").mkdir()
    for area in page["areas"]:
        if not area["own"]:
            told = template.render(page=page, badges=page["badges"], area=area)
            (folder / "letters" / f"{area['area_code']}.html").write_text(told, "utf-8")
