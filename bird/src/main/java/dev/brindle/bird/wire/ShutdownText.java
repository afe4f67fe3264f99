// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.bird.wire.Message.Notification;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The free text in a Cease for shutdown or reset: one octet of length, then UTF-8 (RFC 9003 §2).
/// It goes to terminals, so control characters are escaped.
final class ShutdownText {

  private static final int LONGEST = 255;

  private ShutdownText() {}

  /// @throws IllegalArgumentException if it is too long
  static Octets data(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > LONGEST) {
      throw new IllegalArgumentException(
          "the text has %d octets, more than %d".formatted(utf8.length, LONGEST));
    }
    byte[] data = new byte[1 + utf8.length];
    data[0] = (byte) utf8.length;
    System.arraycopy(utf8, 0, data, 1, utf8.length);
    return utf8.length == 0 ? Octets.EMPTY : Octets.copyOf(data);
  }

  /// Empty if there is none; otherwise with a leading blank.
  static String of(Notification notification) {
    boolean mayCarryText =
        notification.code() == NotificationCode.CEASE
            && (notification.subcode() == NotificationCode.SHUTDOWN
                || notification.subcode() == NotificationCode.RESET);
    byte[] data = notification.data().toArray();
    if (!mayCarryText || data.length == 0) {
      return "";
    }
    int length = data[0] & 0xff;
    if (length > data.length - 1) {
      return " (malformed shutdown text)";
    }
    return decoded(Arrays.copyOfRange(data, 1, 1 + length));
  }

  private static String decoded(byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return text.isEmpty() ? "" : " \"" + escaped(text) + "\"";
    } catch (CharacterCodingException _) {
      return " (malformed shutdown text)";
    }
  }

  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                safe.append("\\u%04x".formatted(c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }
}
