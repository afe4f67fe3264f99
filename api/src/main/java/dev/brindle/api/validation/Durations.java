// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Kubernetes writes them.
public final class Durations {

  private static final Pattern DURATION =
      Pattern.compile("([0-9]{1,18}(\\.[0-9]{1,18})?(ms|s|m|h))+|0");

  /// What is said of text that is none.
  public static final String EXPECTED = "must be a duration such as 90s, 1m30s or 500ms";

  private static final Pattern PART = Pattern.compile("([0-9.]+)(ms|s|m|h)");

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000 * MICRO;
  private static final long SECOND = 1_000 * MILLI;

  private static final Map<String, BigDecimal> NANOS =
      Map.of(
          "ms", BigDecimal.valueOf(MILLI),
          "s", BigDecimal.valueOf(SECOND),
          "m", BigDecimal.valueOf(60 * SECOND),
          "h", BigDecimal.valueOf(3600 * SECOND));

  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private Durations() {}

  static boolean isDuration(String text) {
    return DURATION.matcher(text).matches();
  }

  /// As Calico writes it: `90s` is `1m30s`, `1h` is `1h0m0s`. What is no duration stays as it is.
  public static String canonical(String text) {
    if (!isDuration(text)) {
      return text;
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(NANOS.get(parts.group(2))));
    }
    return nanos.compareTo(LONGEST) > 0 ? text : text(nanos.longValue());
  }

  private static String text(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < MILLI) {
      return nanos < MICRO ? nanos + "ns" : decimal(nanos, MICRO) + "µs";
    }
    if (nanos < SECOND) {
      return decimal(nanos, MILLI) + "ms";
    }
    long minutes = nanos / (60 * SECOND);
    String seconds = decimal(nanos % (60 * SECOND), SECOND) + "s";
    if (minutes == 0) {
      return seconds;
    }
    String hours = minutes < 60 ? "" : minutes / 60 + "h";
    return hours + minutes % 60 + "m" + seconds;
  }

  private static String decimal(long nanos, long unit) {
    return BigDecimal.valueOf(nanos)
        .divide(BigDecimal.valueOf(unit))
        .stripTrailingZeros()
        .toPlainString();
  }

  /// Empty counts as absent.
  static void check(String field, String text, Findings findings) {
    findings.require(text.isEmpty() || isDuration(text), field, text, EXPECTED);
  }
}
