// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

/// What became of an expectation.
///
/// @param allowed whether an answer came
/// @param detail how it went, for people: `refused`, `no answer within 1 s`, `answered in 0.2 ms`
public record Finding(Expectation expectation, boolean allowed, String detail) {

  /// As expected, or nobody expected anything.
  public boolean isRight() {
    return expectation.allowed().orElse(allowed) == allowed;
  }

  public String expected() {
    return expectation.allowed().map(Finding::word).orElse("not stated");
  }

  public String actual() {
    return word(allowed);
  }

  /// `friend to server by tcp/8080 over IPv4: refused`.
  @Override
  public String toString() {
    return "%s to %s by %s over %s: %s"
        .formatted(
            expectation.from(),
            expectation.to(),
            expectation.traffic(),
            expectation.family(),
            detail);
  }

  private static String word(boolean allowed) {
    return allowed ? "allowed" : "denied";
  }
}
