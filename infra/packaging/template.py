"""Check the template with cfn-lint, as it is packaged and as CloudFormation gets it after translation."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3
import yaml
from cfnlint.api import ManualArgs, lint
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from infra.packaging import NotPackaged

REGION = "eu-west-1"
_FILES = ("resources.yaml", "gateway.yaml", "watching.yaml")


def load_merge_template(folder: Path) -> dict[str, Any]:
    """Load the files that are merged into Chalice's template; raises NotPackaged for an entry in two of them."""
    sections: dict[str, dict[str, Any]] = {}
    for name in _FILES:
        for section, entries in yaml_parse((folder / name).read_text("utf-8")).items():
            section_entries = sections.setdefault(section, {})
            if duplicates := section_entries.keys() & entries.keys():
                raise NotPackaged(f"{section} has {', '.join(sorted(duplicates))} in {name} and in another file.")
            section_entries.update(entries)
    return sections


def check(text: str) -> None:
    """Raise NotPackaged with every error in the template, before and after translation."""
    template = yaml.safe_load(text)
    _check_lint(text, "the packaged template")
    _check_lint(json.dumps(translate(template), indent=1), "the translated template")


def translate(template: dict[str, Any], code_uri: str = "s3://bucket/deployment.zip") -> dict[str, Any]:
    """Translate the template to one without SAM's types; raises NotPackaged where that fails.

    `code_uri` is where the archive will be uploaded: a packaged template names a local file, which SAM rejects.
    """
    with_code = deepcopy(template)
    for resource in with_code["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = code_uri
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    try:
        translated: dict[str, Any] = translator.translate(with_code, parameter_values={})
    except InvalidDocumentException as error:
        reasons = " ".join(cause.message for cause in error.causes)
        raise NotPackaged(f"The template cannot be translated: {reasons}") from error
    finally:
        translator.metrics.publish()  # sends nothing; unpublished metrics cause a warning at exit
    return translated


def _check_lint(text: str, label: str) -> None:
    matches = lint(text, config=ManualArgs(regions=[REGION]))
    errors = [match for match in matches if match.rule.id.startswith("E")]
    if errors:
        listed = "".join(
            f"\n  {match.rule.id} {'/'.join(map(str, match.path or []))}: {match.message}" for match in errors
        )
        raise NotPackaged(f"cfn-lint finds errors in {label}:{listed}")
