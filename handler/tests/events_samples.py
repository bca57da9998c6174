"""Events as each sender has them, with one HTTP request inside."""

import base64


def rest(method="POST", path="/predict", body=None, headers=None, base64_encoded=False):
    """API Gateway, REST API."""
    headers = headers or {}
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": {"a": "2", "b": "x y"},
        "multiValueQueryStringParameters": {"a": ["1", "2"], "b": ["x y"]},
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": "/dev" + path,
            "stage": "dev",
            "requestId": "00000000-0000-0000-0000-000000000000",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": body,
        "isBase64Encoded": base64_encoded,
    }


def http_v1(**parts):
    """API Gateway, HTTP API, payload format 1.0."""
    return dict(rest(**parts), version="1.0")


def http_v2(method="POST", path="/predict", body=None, headers=None, base64_encoded=False):
    """API Gateway, HTTP API, payload format 2.0."""
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "a=1&a=2&b=x%20y",
        "queryStringParameters": {"a": "1,2", "b": "x y"},
        "headers": headers or {},
        "requestContext": {
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
            },
            "stage": "$default",
            "requestId": "id",
        },
        "isBase64Encoded": base64_encoded,
    }
    return event if body is None else dict(event, body=body)


def function_url(**parts):
    """A function URL: as format 2.0, with a domain of its own."""
    event = http_v2(**parts)
    event["requestContext"]["domainName"] = "example.lambda-url.us-east-1.on.aws"
    return event


def alb(method="POST", path="/predict", body=None, headers=None, base64_encoded=False):
    """An application load balancer."""
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:example"}},
        "httpMethod": method,
        "path": path,
        "queryStringParameters": {"a": "2", "b": "x%20y"},
        "headers": headers or {},
        "body": body or "",
        "isBase64Encoded": base64_encoded,
    }


def alb_multi_value(**parts):
    """The same, of a target group with multi-value headers."""
    event = alb(**parts)
    headers = event.pop("headers")
    event["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
    event.pop("queryStringParameters")
    event["multiValueQueryStringParameters"] = {"a": ["1", "2"], "b": ["x%20y"]}
    return event


SENDERS = {
    "REST API": rest,
    "HTTP API, format 1.0": http_v1,
    "HTTP API, format 2.0": http_v2,
    "function URL": function_url,
    "load balancer": alb,
    "load balancer, multi-value": alb_multi_value,
}


def body_of(payload):
    """The bytes of an answer, as its sender passes them on."""
    body = payload["body"]
    return base64.b64decode(body) if payload["isBase64Encoded"] else body.encode()
