# The same with Terraform or OpenTofu:
#
#   cd handler
#   python3.13 -m scikit_learn_lambda bundle /path/to/model.joblib -o examples/function.zip
#   terraform -chdir=examples init
#   layer=$(layerfactory arn --python 3.13 --scikit-learn 1.9.1 --region us-west-2 --catalog ../layers.csv) &&
#     terraform -chdir=examples apply -var "layer_arn=$layer"

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}

variable "region" {
  description = "That of the layer."
  type        = string
  default     = "us-west-2"
}

variable "layer_arn" {
  description = "The layer with scikit-learn, with its version number."
  type        = string
}

provider "aws" {
  region = var.region
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "predict" {
  name_prefix        = "scikit-learn-lambda-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "log" {
  role       = aws_iam_role.predict.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "predict" {
  function_name    = "scikit-learn-predict"
  description      = "Answers with the predictions of a scikit-learn model."
  role             = aws_iam_role.predict.arn
  filename         = "${path.module}/function.zip"
  source_code_hash = filebase64sha256("${path.module}/function.zip")
  handler          = "scikit_learn_lambda.handler"
  runtime          = "python3.13"
  architectures    = ["x86_64"]
  memory_size      = 1024
  timeout          = 29
  layers           = [var.layer_arn]

  environment {
    variables = {
      SKLEARN_MODEL_PATH = "model.joblib"
    }
  }
}

# An HTTP API that whoever knows its address may call; an authorizer would close it.
resource "aws_apigatewayv2_api" "predict" {
  name          = "scikit-learn-predict"
  protocol_type = "HTTP"
  target        = aws_lambda_function.predict.arn
}

resource "aws_lambda_permission" "predict" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.predict.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.predict.execution_arn}/*/*"
}

output "endpoint" {
  description = "Where to send requests."
  value       = aws_apigatewayv2_api.predict.api_endpoint
}
