// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Whether the value of one FelixConfiguration field has its form.
final class FelixValueCheck {

  private static final long MAX_UINT32 = 0xffff_ffffL;
  private static final long MAX_PORT = 65_535;
  private static final int MOST_NODE_PORTS = 7;
  private static final int LONGEST_REGION = 46;

  private FelixValueCheck() {}

  static void check(FelixField field, Object value, Findings findings) {
    String path = "spec." + field.name();
    switch (field.form()) {
      case BOOL -> findings.require(value instanceof Boolean, path, value, "must be true or false");
      case TEXT -> findings.require(value instanceof String, path, value, "must be text");
      case INT -> inBounds(path, field, value, findings);
      case UINT32 -> number(path, value, 0, MAX_UINT32, findings);
      case DURATION ->
          text(
              path,
              value,
              Durations::isDuration,
              "must be a duration such as 90s or 1m30s",
              findings);
      case PORT -> number(path, value, 0, MAX_PORT, findings);
      case PORTS_TEXT ->
          findings.require(isPorts(value), path, value, "must be a port or first:last");
      case NODE_PORTS -> nodePorts(path, value, findings);
      case CHOICE -> choice(path, field.arguments(), value, findings);
      case EXACTLY -> exactly(path, field.arguments(), value, findings);
      case EXACTLY_OR_EMPTY -> {
        if (!value.equals("")) {
          exactly(path, field.arguments(), value, findings);
        }
      }
      case MATCHING ->
          text(
              path,
              value,
              text -> text.matches(field.arguments().getFirst()),
              "must match " + field.arguments().getFirst(),
              findings);
      case EACH_MATCHING ->
          eachText(
              path,
              value,
              text -> text.matches(field.arguments().getFirst()),
              "must be a list of texts that match " + field.arguments().getFirst(),
              findings);
      case REGEX ->
          text(path, value, FelixValueCheck::isRegex, "must be a regular expression", findings);
      case CIDRS ->
          eachText(
              path,
              value,
              text -> Cidr.tryParse(text).isPresent(),
              "must be a list of CIDRs",
              findings);
      case IPV4 -> address(field, value, IpFamily.IPV4, findings);
      case IPV6 -> address(field, value, IpFamily.IPV6, findings);
      case IPV4_CIDRS ->
          eachText(
              path, value, FelixValueCheck::isIpv4Cidr, "must be a list of IPv4 CIDRs", findings);
      case FAILSAFE -> FelixListCheck.failsafe(path, value, findings);
      case TIMEOUTS -> FelixListCheck.timeouts(path, value, findings);
      case RANGE -> FelixTableRanges.single(path, value, findings);
      case RANGES -> FelixTableRanges.several(path, value, findings);
      case REGION ->
          text(
              path,
              value,
              text -> text.length() <= LONGEST_REGION && Names.isLabel(text),
              "must be a DNS label of at most 46 characters",
              findings);
      case DSCP ->
          findings.require(
              value instanceof String || whole(value).filter(n -> 0 <= n && n <= 63).isPresent(),
              path,
              value,
              "must be a DSCP: 0..63 or a name");
      case MAP -> findings.require(value instanceof Map, path, value, "must be a map");
      case SELECTOR -> {
        if (value instanceof String selector) {
          SelectorCheck.check(path, selector, findings);
        } else {
          findings.reject(path, value, "must be a selector");
        }
      }
    }
  }

  private static void text(
      String path, Object value, Predicate<String> form, String reason, Findings findings) {
    findings.require(
        value instanceof String text && (text.isEmpty() || form.test(text)), path, value, reason);
  }

  private static void eachText(
      String path, Object value, Predicate<String> form, String reason, Findings findings) {
    findings.require(
        value instanceof List<?> list
            && list.stream().allMatch(item -> item instanceof String text && form.test(text)),
        path,
        value,
        reason);
  }

  private static void inBounds(String path, FelixField field, Object value, Findings findings) {
    String bounds = field.arguments().isEmpty() ? ".." : field.arguments().getFirst();
    int dots = bounds.indexOf("..");
    number(
        path,
        value,
        bound(bounds.substring(0, dots), Integer.MIN_VALUE),
        bound(bounds.substring(dots + 2), Integer.MAX_VALUE),
        findings);
  }

  private static long bound(String text, long otherwise) {
    return text.isEmpty() ? otherwise : Long.parseLong(text);
  }

  private static void number(String path, Object value, long min, long max, Findings findings) {
    findings.require(
        whole(value).filter(number -> min <= number && number <= max).isPresent(),
        path,
        value,
        "must be a whole number in %d..%d".formatted(min, max));
  }

  /// The value as a whole number, if it is one.
  static Optional<Long> whole(Object value) {
    if (!(value instanceof Number)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(value.toString()).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// A number, or text with a number or a range.
  static boolean isPorts(Object value) {
    try {
      PortRange.parse(value instanceof Number ? value.toString() : String.valueOf(value));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void nodePorts(String path, Object value, Findings findings) {
    findings.require(
        value instanceof List<?> list
            && list.size() <= MOST_NODE_PORTS
            && list.stream().allMatch(FelixValueCheck::isPorts),
        path,
        value,
        "must be a list of at most 7 ports or ranges, without names");
  }

  private static void choice(String path, List<String> choices, Object value, Findings findings) {
    findings.require(
        value instanceof String text
            && (text.isEmpty() || choices.stream().anyMatch(text::equalsIgnoreCase)),
        path,
        value,
        Violation.supported(choices));
  }

  private static void exactly(String path, List<String> choices, Object value, Findings findings) {
    findings.require(
        value instanceof String text && choices.contains(text),
        path,
        value,
        Violation.supported(choices));
  }

  private static boolean isRegex(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException _) {
      return false;
    }
  }

  private static void address(FelixField field, Object value, IpFamily family, Findings findings) {
    String path = "spec." + field.name();
    Optional<IpAddress> address =
        value instanceof String text ? IpAddress.tryParse(text) : Optional.empty();
    findings.require(
        address.isPresent() || value.equals(""), path, value, "is not a valid IP address");
    findings
        .ofSpec()
        .require(
            address.isEmpty() || address.get().family() == family,
            "%s must be a valid %s address".formatted(field.name(), family),
            path,
            value,
            "is of the other family");
  }

  private static boolean isIpv4Cidr(String text) {
    return InterfaceAddress.tryParse(text).filter(found -> found.address().isIpv4()).isPresent();
  }
}
