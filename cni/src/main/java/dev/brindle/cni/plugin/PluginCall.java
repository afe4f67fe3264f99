// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the plugin was started with: its `CNI_` variables and its standard input, unread.
///
/// ```
/// CNI_COMMAND=ADD\0CNI_CONTAINERID=3f2a\0...\0\0{"cniVersion": "1.0.0", ...}
/// ```
///
/// @param environment the variables whose names begin with `CNI_`
/// @param input the network configuration
public record PluginCall(Map<String, String> environment, String input) {

  private static final String PREFIX = "CNI_";

  public PluginCall {
    environment = Map.copyOf(environment);
  }

  /// Only the variables that are the specification's go to the daemon.
  public static byte[] encode(Map<String, String> environment, byte[] input) {
    var bytes = new ByteArrayOutputStream(input.length + 1024);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      if (variable.getKey().startsWith(PREFIX)) {
        bytes.writeBytes(variable.getKey().getBytes(StandardCharsets.UTF_8));
        bytes.write('=');
        bytes.writeBytes(variable.getValue().getBytes(StandardCharsets.UTF_8));
        bytes.write(0);
      }
    }
    bytes.write(0);
    bytes.writeBytes(input);
    return bytes.toByteArray();
  }

  /// @throws IllegalArgumentException if the bytes are not of this form
  public static PluginCall decode(byte[] message) {
    Map<String, String> environment = new LinkedHashMap<>();
    int start = 0;
    while (true) {
      int end = zeroFrom(message, start);
      if (end == start) {
        String input =
            new String(message, end + 1, message.length - end - 1, StandardCharsets.UTF_8);
        return new PluginCall(environment, input);
      }
      String variable = new String(message, start, end - start, StandardCharsets.UTF_8);
      int equals = variable.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("a variable without '='");
      }
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      start = end + 1;
    }
  }

  private static int zeroFrom(byte[] message, int start) {
    for (int i = start; i < message.length; i++) {
      if (message[i] == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("the variables do not end");
  }
}
