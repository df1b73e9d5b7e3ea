"""Write the golden files anew, and the pages as pictures into build/."""

from pathlib import Path

from tests.travel.golden import FOLDER, pictures, rendered

for name, content in rendered().items():
    (FOLDER / name).parent.mkdir(exist_ok=True)
    (FOLDER / name).write_bytes(content)
for number, picture in enumerate(pictures(), start=1):
    Path("build", f"manifest-page-{number}.png").write_bytes(picture)
