// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.util.regex.Pattern;

/// What the system said of a socket, without the name of the call and the number that come before
/// it: `connect(..) failed with error(-111): Connection refused: /192.0.2.2:179`.
final class SystemWords {

  private static final Pattern CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ");

  private SystemWords() {}

  static String of(Throwable cause) {
    return CALL.matcher(String.valueOf(cause.getMessage())).replaceFirst("");
  }
}
