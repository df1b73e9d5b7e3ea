"""What a template is refused for."""

import pytest
import yaml

from infra.packaging import NotPackaged, template

FUNCTION = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "CodeUri": "./deployment.zip",
        "Handler": "app.app",
        "Runtime": "python3.11",
        "Role": "arn:aws:iam::123456789012:role/one",
    },
}


def text(**resources: object) -> str:
    return yaml.safe_dump({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})


def test_a_right_template_is_taken() -> None:
    """It raises nothing, so what the others are refused for is their own."""
    template.check(text(One=FUNCTION))


def test_an_error_is_told_with_its_rule_and_place() -> None:
    """A property that CloudFormation does not know."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"Fifo": True}}
    with pytest.raises(NotPackaged) as caught:
        template.check(text(One=FUNCTION, Queue=queue))
    assert "cfn-lint finds errors in the packaged template" in str(caught.value)
    assert "E3002 Resources/Queue/Properties/Fifo" in str(caught.value)


def test_what_sam_cannot_translate_is_refused() -> None:
    """A function without a runtime, told in SAM's words."""
    incomplete = {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "app.app"}}
    with pytest.raises(NotPackaged, match=r"^The template cannot be translated: .*One"):
        template.translate({"Resources": {"One": incomplete}})


def test_translation_leaves_what_was_packaged_alone() -> None:
    """The template that is deployed still names the archive beside it."""
    packaged = yaml.safe_load(text(One=FUNCTION))
    made = template.translate(packaged, "s3://somewhere/else.zip")["Resources"]["One"]
    assert made["Type"] == "AWS::Lambda::Function"
    assert made["Properties"]["Code"] == {"S3Bucket": "somewhere", "S3Key": "else.zip"}
    assert packaged["Resources"]["One"] == FUNCTION
