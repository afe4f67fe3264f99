// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Numbers as Go prints them with `%g`.
public final class GoNumber {

  private static final int SHORTEST_LIMIT = 6;

  private GoNumber() {}

  /// `%.Ng`: so many significant digits, without zeros at the end; `1.8447e+19` when there are more
  /// digits than that before the point.
  public static String general(BigDecimal value, int digits) {
    return text(value.round(new MathContext(digits, RoundingMode.HALF_EVEN)), digits);
  }

  /// `%v` of a floating point number: as many digits as needed, and an exponent from a million
  /// on: `1e+06`.
  public static String shortest(double value) {
    return text(new BigDecimal(Double.toString(value)), SHORTEST_LIMIT);
  }

  private static String text(BigDecimal value, int digitsBeforePoint) {
    if (value.signum() == 0) {
      return "0";
    }
    BigDecimal stripped = value.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent >= -4 && exponent < digitsBeforePoint) {
      return stripped.toPlainString();
    }
    String digits = stripped.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return "%s%s%se%s%02d"
        .formatted(
            stripped.signum() < 0 ? "-" : "",
            digits.charAt(0),
            fraction,
            exponent < 0 ? "-" : "+",
            Math.abs(exponent));
  }
}
