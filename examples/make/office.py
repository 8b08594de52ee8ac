"""Owns the call of LibreOffice: source text in, the .docx that it writes out."""
import pathlib
import shutil
import subprocess
import tempfile

DOCX = "docx:MS Word 2007 XML"


def convert(source, suffix, target):
    """Writes `source` to a file with `suffix`, has it converted, moves it to `target`."""
    with tempfile.TemporaryDirectory(prefix="cvs-") as folder:
        place = pathlib.Path(folder)
        given = place / f"cv{suffix}"
        given.write_text(source, encoding="utf-8")
        shutil.move(step(place, given, DOCX), target)
        target.chmod(0o644)


def step(place, given, kind):
    """One conversion inside `place`, with a profile of its own; returns the new file."""
    words = ["soffice", f"-env:UserInstallation={(place / 'profile').as_uri()}"]
    words += ["--headless", "--convert-to", kind, "--outdir", str(place), str(given)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    made = given.with_suffix("." + kind.split(":")[0])
    if not made.exists():
        raise SystemExit(f"soffice made no {made.name}: {done.stderr.strip()}")
    return made
