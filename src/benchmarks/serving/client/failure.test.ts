import { expect, test } from "bun:test";
import { failureOf, httpFailure } from "./failure.ts";

const coded = (code: string, message = "") => Object.assign(new TypeError(message), { code });

test.each([
  ["ENOTFOUND", "dns"],
  ["ECONNREFUSED", "connect"],
  ["EHOSTUNREACH", "connect"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
  ["CERT_HAS_EXPIRED", "tls"],
  ["ECONNRESET", "reset"],
] as const)("%s is %s", (code, failureClass) => {
  expect(failureOf(coded(code, "x"), "connect").class).toBe(failureClass);
});

test.each([
  [
    "ECONNREFUSED",
    "ECONNREFUSED: Unable to connect. Is the computer able to access the url?",
    "ECONNREFUSED: nothing listens there",
  ],
  ["ENOTFOUND", "getaddrinfo ENOTFOUND nowhere.invalid", "getaddrinfo ENOTFOUND nowhere.invalid"],
  ["CERT_HAS_EXPIRED", "certificate has expired", "CERT_HAS_EXPIRED certificate has expired"],
])("%s is said once, and not in the runtime's words", (code, message, said) => {
  expect(failureOf(coded(code, message), "connect").message).toBe(said);
});

test.each([
  [429, "http-429"],
  [400, "http-4xx"],
  [404, "http-4xx"],
  [500, "http-5xx"],
  [503, "http-5xx"],
  [302, "http-3xx"],
] as const)("status %d is %s", (status, failureClass) => {
  expect(httpFailure(status, "").class).toBe(failureClass);
});

test.each([
  ['{"error":{"message":"too long","type":"x"}}', "HTTP 400: too long"],
  ['{"error":"too long"}', "HTTP 400: too long"],
  ['{"detail":"too long"}', "HTTP 400: too long"],
  ['{"object":"error","message":"too long"}', "HTTP 400: too long"],
  ["<html>\n too long </html>", "HTTP 400: <html> too long </html>"],
])("the message inside %s", (body, message) => {
  expect(httpFailure(400, body).message).toBe(message);
});

test("a long body is shortened", () => {
  expect(httpFailure(500, "x".repeat(10_000)).message.length).toBe(300);
});
