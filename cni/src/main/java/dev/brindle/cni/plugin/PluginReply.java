// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.nio.charset.StandardCharsets;

/// What the plugin must end with. On the wire: one byte, the exit code, then what goes to standard
/// output.
///
/// @param exitCode 0 to 255
/// @param output may be empty
public record PluginReply(int exitCode, String output) {

  public static PluginReply success(String output) {
    return new PluginReply(0, output);
  }

  public static PluginReply failure(String output) {
    return new PluginReply(1, output);
  }

  public byte[] encode() {
    byte[] text = output.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[text.length + 1];
    message[0] = (byte) exitCode;
    System.arraycopy(text, 0, message, 1, text.length);
    return message;
  }

  /// @throws IllegalArgumentException if the message is empty
  public static PluginReply decode(byte[] message) {
    if (message.length == 0) {
      throw new IllegalArgumentException("the daemon's answer is empty");
    }
    return new PluginReply(
        message[0] & 0xff, new String(message, 1, message.length - 1, StandardCharsets.UTF_8));
  }
}
