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
  /** Importing scikit-learn takes a second of a whole processor, which 1769 MB are. */
  const MEMORY_MB = 1024;
  /** Lambda's own 3 s are too few for a first answer, and a gateway waits 29 s. */
  const TIMEOUT_S = 29;
  /** As the CDK spells them. @type {Record<string, string>} */
  const CDK_ARCHITECTURES = { arm64: "ARM_64", x86_64: "X86_64" };

  /** @type {{id: string, title: string, about: string, text: (row: Row) => string}[]} */
  const TOOLS = [
    {
      id: "serverless",
      title: "Serverless",
      about: "In serverless.yml, of the Serverless Framework or osls.",
      text: (row) => `service: my-model

provider:
  name: aws
  region: ${row.region}
  runtime: python${row.layer.python}
  architecture: ${row.layer.architecture}
  memorySize: ${MEMORY_MB}
  timeout: ${TIMEOUT_S}

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
      text: (row) => `Transform: AWS::Serverless-2016-10-31
Resources:
  Predict:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python${row.layer.python}
      Architectures: [${row.layer.architecture}]
      Handler: app.handler
      CodeUri: src/
      MemorySize: ${MEMORY_MB}
      Timeout: ${TIMEOUT_S}
      Layers:
        - ${row.arn}
`,
    },
    {
      id: "cdk",
      title: "CDK",
      about: "In a stack of the AWS CDK, in Python.",
      text: (row) => `from aws_cdk import Duration, aws_lambda as lambda_

lambda_.Function(
    self,
    "Predict",
    runtime=lambda_.Runtime.PYTHON_${row.layer.python.replaceAll(".", "_")},
    architecture=lambda_.Architecture.${CDK_ARCHITECTURES[row.layer.architecture]},
    handler="app.handler",
    code=lambda_.Code.from_asset("src"),
    memory_size=${MEMORY_MB},
    timeout=Duration.seconds(${TIMEOUT_S}),
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
  memory_size   = ${MEMORY_MB}
  timeout       = ${TIMEOUT_S}
  layers        = ["${row.arn}"]
}
`,
    },
    {
      id: "cli",
      title: "AWS CLI",
      about:
        "For a function that is there. It takes the place of all layers that the function has, and " +
        "leaves its architecture, which only update-function-code can change.",
      text: (row) => `# The function must be of ${row.layer.architecture}: this shows what it is of.
aws lambda get-function-configuration \\
  --region ${row.region} \\
  --function-name predict \\
  --query Architectures
aws lambda update-function-configuration \\
  --region ${row.region} \\
  --function-name predict \\
  --runtime python${row.layer.python} \\
  --memory-size ${MEMORY_MB} \\
  --timeout ${TIMEOUT_S} \\
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
