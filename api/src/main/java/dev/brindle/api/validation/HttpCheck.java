// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import java.util.HashSet;

/// HTTP matches.
final class HttpCheck {

  private static final int MOST = 20;

  private HttpCheck() {}

  static void check(RuleCheck at, Rule.Http http, Findings findings) {
    String field = at.field() + ".http";
    findings.require(!at.isEgress(), field, http, "an egress rule cannot match HTTP");
    Findings.Part ofRule = findings.of(at.field());
    ofRule.require(
        at.rule().action() == Rule.Action.ALLOW,
        "HTTP match is only valid on Allow rules",
        at.field() + ".action",
        at.rule().action(),
        "a rule that matches HTTP has action Allow");
    ofRule.require(
        at.rule().protocol().map(Protocol.TCP::equals).orElse(true),
        "rules with HTTP match must have protocol TCP or unset",
        at.field() + ".protocol",
        at.rule().protocol().map(Protocol::toString).orElse(""),
        "HTTP needs protocol TCP, or none");
    findings.atMost(field + ".methods", http.methods(), MOST);
    findings.require(
        new HashSet<>(http.methods()).size() == http.methods().size(),
        field + ".methods",
        http.methods(),
        "a method is repeated");
    findings.atMost(field + ".paths", http.paths(), MOST);
    http.paths().forEach(path -> checkPath(field + ".paths", path, findings));
  }

  private static void checkPath(String field, Rule.HttpPath path, Findings findings) {
    findings.require(
        path.exact().isEmpty() != path.prefix().isEmpty(),
        field,
        path,
        "must have either exact or prefix");
    String text = path.exact() + path.prefix();
    findings.require(
        text.startsWith("/") && text.chars().noneMatch(c -> c == '?' || c == '#' || c == ' '),
        field,
        text,
        "a path begins with '/' and has no '?', '#' or space");
  }
}
