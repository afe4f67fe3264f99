// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.endpoint;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an endpoint asks for in `qosControls`, which are kept as they were written.
///
/// @param values by name, never changed; a value may be anything that JSON has, also null
public record QosControls(Map<String, Object> values) {

  private static final String DSCP = "dscp";
  private static final int MAX_DSCP = 63;
  private static final Pattern CLASS = Pattern.compile("CS([0-6])|AF([1-4])([1-3])");

  /// What is out of range is the nearest that is in it; what is no number, or 0, is no limit.
  public Optional<Long> number(String name, long least, long most) {
    return values.get(name) instanceof Number number && number.longValue() != 0
        ? Optional.of(Math.clamp(number.longValue(), least, most))
        : Optional.empty();
  }

  /// 0 to 63. What is neither a number nor a name of RFC 2474, 2597 or 3246 is absent.
  public OptionalInt dscp() {
    return values.get(DSCP) instanceof Number || values.get(DSCP) instanceof String
        ? dscp(values.get(DSCP).toString())
        : OptionalInt.empty();
  }

  /// `46`, `EF`, `af31`.
  public static OptionalInt dscp(String text) {
    if (text.matches("[0-9]{1,2}")) {
      int number = Integer.parseInt(text);
      return number <= MAX_DSCP ? OptionalInt.of(number) : OptionalInt.empty();
    }
    String name = text.toUpperCase(Locale.ROOT);
    Matcher matcher = CLASS.matcher(name);
    if (matcher.matches()) {
      return OptionalInt.of(
          matcher.group(1) == null
              ? 8 * Integer.parseInt(matcher.group(2)) + 2 * Integer.parseInt(matcher.group(3))
              : 8 * Integer.parseInt(matcher.group(1)));
    }
    return switch (name) {
      case "DF" -> OptionalInt.of(0);
      case "EF" -> OptionalInt.of(46);
      default -> OptionalInt.empty();
    };
  }
}
