// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Kubernetes writes them.
public final class Durations {

  private static final Pattern DURATION =
      Pattern.compile("([0-9]{1,18}(\\.[0-9]{1,18})?(ms|s|m|h)){1,99}|0");

  /// What is said of text that is none.
  public static final String EXPECTED = "must be a duration such as 90s, 1m30s or 500ms";

  /// Go's reading knows shorter units, too.
  private static final Pattern READABLE =
      Pattern.compile("([0-9]{1,18}(\\.[0-9]{1,18})?(ns|us|µs|ms|s|m|h)){1,99}|0");

  private static final Pattern PART = Pattern.compile("([0-9.]+)(ns|us|µs|ms|s|m|h)");

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000 * MICRO;
  private static final long SECOND = 1_000 * MILLI;

  private static final Map<String, BigDecimal> NANOS =
      Map.of(
          "ns", BigDecimal.ONE,
          "us", BigDecimal.valueOf(MICRO),
          "µs", BigDecimal.valueOf(MICRO),
          "ms", BigDecimal.valueOf(MILLI),
          "s", BigDecimal.valueOf(SECOND),
          "m", BigDecimal.valueOf(60 * SECOND),
          "h", BigDecimal.valueOf(3600 * SECOND));

  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private Durations() {}

  static boolean isDuration(String text) {
    return DURATION.matcher(text).matches();
  }

  /// As Go reads them; empty for what is none, or longer than three centuries.
  public static Optional<Duration> tryParse(String text) {
    if (!READABLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      BigDecimal unit = NANOS.getOrDefault(parts.group(2), BigDecimal.ZERO);
      nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(unit));
    }
    return nanos.compareTo(LONGEST) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  /// As Calico writes it: `90s` is `1m30s`, `1h` is `1h0m0s`. What is no duration stays as it is.
  public static String canonical(String text) {
    return Optional.of(text)
        .filter(Durations::isDuration)
        .flatMap(Durations::tryParse)
        .map(duration -> text(duration.toNanos()))
        .orElse(text);
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
