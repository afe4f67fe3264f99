// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.nio.charset.StandardCharsets;

/// An error that the plugin itself answers, in the specification's form.
///
/// @param code of the specification
/// @param details may be empty
record PluginError(int code, String message, String details) {

  static final int INVALID_ENVIRONMENT = 4;
  static final int IO_FAILURE = 5;
  static final int INVALID_NETWORK_CONFIG = 7;
  static final int TRY_AGAIN_LATER = 11;
  static final int NOT_AVAILABLE = 50;

  private static final String VERSION_FIELD = "\"cniVersion\"";
  private static final String NEWEST = "1.1.0";

  /// The daemon does not answer.
  static PluginError away(String why) {
    return new PluginError(
        "STATUS".equals(System.getenv("CNI_COMMAND")) ? NOT_AVAILABLE : TRY_AGAIN_LATER,
        "the brindle node daemon is not running: ".concat(why),
        "see this node's pod brindle-node, or the daemon's log");
  }

  /// @param input the network configuration, whose version the answer must claim
  PluginReply reply(byte[] input) {
    String json =
        "{\"cniVersion\":%s,\"code\":%d,\"msg\":%s,\"details\":%s}"
            .formatted(quotedVersion(input), code, quoted(message), quoted(details));
    return PluginReply.failure(json);
  }

  /// The version that the network configuration names, or ours; as it stands in JSON.
  static String quotedVersion(byte[] input) {
    return quoted(versionIn(new String(input, StandardCharsets.UTF_8)));
  }

  /// Found without a JSON library: an error has the same form in all versions, so a wrong guess
  /// does no harm.
  private static String versionIn(String configuration) {
    int field = configuration.indexOf(VERSION_FIELD);
    int open = field < 0 ? -1 : configuration.indexOf('"', field + VERSION_FIELD.length());
    int close = open < 0 ? -1 : configuration.indexOf('"', open + 1);
    return close < 0 ? NEWEST : configuration.substring(open + 1, close);
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
