// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Calico writes them: seconds such as `1.5` in the environment, and Go's form such as
/// `1m30s` in a resource.
final class DurationText {

  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|us|µs|ns|h|m|s)");
  private static final Map<String, BigDecimal> NANOS =
      Map.of(
          "h", BigDecimal.valueOf(3_600_000_000_000L),
          "m", BigDecimal.valueOf(60_000_000_000L),
          "s", BigDecimal.valueOf(1_000_000_000L),
          "ms", BigDecimal.valueOf(1_000_000L),
          "us", BigDecimal.valueOf(1_000L),
          "µs", BigDecimal.valueOf(1_000L),
          "ns", BigDecimal.ONE);
  private static final int MAX_LENGTH = 40;

  private DurationText() {}

  /// @throws IllegalArgumentException if it is no duration of that form, or longer than 292 years
  static Duration read(String text, ParameterType.Form form) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("longer than %d characters".formatted(MAX_LENGTH));
    }
    try {
      BigDecimal nanos =
          switch (form) {
            case ENVIRONMENT -> new BigDecimal(text).scaleByPowerOfTen(9);
            case RESOURCE -> text.equals("0") ? BigDecimal.ZERO : nanos(text);
          };
      if (nanos.signum() < 0) {
        throw new IllegalArgumentException("a duration is not negative");
      }
      return Duration.ofNanos(nanos.toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the duration is too long", e);
    }
  }

  private static BigDecimal nanos(String text) {
    Matcher part = PART.matcher(text);
    BigDecimal sum = BigDecimal.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      BigDecimal unit = NANOS.getOrDefault(part.group(2), BigDecimal.ZERO);
      sum = sum.add(new BigDecimal(part.group(1)).multiply(unit));
      end = part.end();
    }
    if (end != text.length() || text.isEmpty()) {
      throw new IllegalArgumentException("no duration");
    }
    return sum;
  }
}
