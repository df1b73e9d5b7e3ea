from tests.travel.golden import FOLDER, rendered

for name, content in rendered().items():
    (FOLDER / name).write_bytes(content)
