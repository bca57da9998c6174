// What to write where, for one layer. Pure: touches no document.
// @ts-check
"use strict";

/**
 * @typedef {object} Snippet
 * @property {string} id in the address
 * @property {string} title
 * @property {string} about in a sentence: where it goes
 * @property {string} text
 */

{
  /** As the CDK spells them. @type {Record<string, string>} */
  const CDK_ARCHITECTURES = { arm64: "ARM_64", x86_64: "X86_64" };

  /** @type {{id: string, title: string, about: string, text: (row: Row) => string}[]} */
  const TOOLS = [
    {
      id: "serverless",
      title: "Serverless",
      about: "In serverless.yml, of the Serverless Framework or osls.",
      text: (row) => `provider:
  name: aws
  region: ${row.region}
  runtime: python${row.layer.python}
  architecture: ${row.layer.architecture}

functions:
  predict:
    handler: app.handler
    layers:
      - ${row.arn}
`,
    },
    {
      id: "sam",
      title: "SAM",
      about: "In template.yaml, of AWS SAM.",
      text: (row) => `Resources:
  Predict:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python${row.layer.python}
      Architectures: [${row.layer.architecture}]
      Handler: app.handler
      CodeUri: src/
      MemorySize: 1024
      Layers:
        - ${row.arn}
`,
    },
    {
      id: "cdk",
      title: "CDK",
      about: "In a stack of the AWS CDK, in Python.",
      text: (row) => `from aws_cdk import aws_lambda as lambda_

lambda_.Function(
    self,
    "Predict",
    runtime=lambda_.Runtime.PYTHON_${row.layer.python.replaceAll(".", "_")},
    architecture=lambda_.Architecture.${CDK_ARCHITECTURES[row.layer.architecture]},
    handler="app.handler",
    code=lambda_.Code.from_asset("src"),
    memory_size=1024,
    layers=[
        lambda_.LayerVersion.from_layer_version_arn(
            self,
            "ScikitLearn",
            "${row.arn}",
        )
    ],
)
`,
    },
    {
      id: "terraform",
      title: "Terraform",
      about: "In a .tf file, of Terraform or OpenTofu.",
      text: (row) => `resource "aws_lambda_function" "predict" {
  function_name = "predict"
  role          = aws_iam_role.predict.arn
  filename      = "function.zip"
  handler       = "app.handler"
  runtime       = "python${row.layer.python}"
  architectures = ["${row.layer.architecture}"]
  memory_size   = 1024
  layers        = ["${row.arn}"]
}
`,
    },
    {
      id: "cli",
      title: "AWS CLI",
      about: "For a function that is there. It takes the place of all layers that the function has.",
      text: (row) => `aws lambda update-function-configuration \\
  --region ${row.region} \\
  --function-name predict \\
  --runtime python${row.layer.python} \\
  --layers ${row.arn}
`,
    },
    {
      id: "console",
      title: "Console",
      about: "By hand, in AWS's web console.",
      text: (row) => `1. Open your function in ${row.region}. Its runtime must be Python ${row.layer.python}, its architecture ${row.layer.architecture}.
2. At the bottom of the page, under "Layers", choose "Add a layer".
3. Choose "Specify an ARN", paste this, and choose "Add":
   ${row.arn}
`,
    },
  ];

  /** @param {Row} row @returns {Snippet[]} */
  function snippetsOf(row) {
    return TOOLS.map((tool) => ({ ...tool, text: tool.text(row) }));
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, snippetsOf };
}
