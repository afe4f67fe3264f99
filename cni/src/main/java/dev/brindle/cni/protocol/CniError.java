// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Why a call failed, in the specification's form.
///
/// @param message one line for people
/// @param details may be empty
public record CniError(Code code, String message, String details) {

  /// The specification's numbers, and 100 for what it has no number for.
  public enum Code {
    INCOMPATIBLE_VERSION(1),
    UNSUPPORTED_FIELD(2),
    /// The runtime need not clean up.
    UNKNOWN_CONTAINER(3),
    INVALID_ENVIRONMENT(4),
    IO_FAILURE(5),
    DECODING_FAILURE(6),
    INVALID_NETWORK_CONFIG(7),
    TRY_AGAIN_LATER(11),
    /// STATUS only: the plugin cannot serve ADD now.
    NOT_AVAILABLE(50),
    GENERAL(100);

    private final int number;

    Code(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  public static CniError of(Code code, String message) {
    return new CniError(code, message, "");
  }

  /// @param version what the call spoke, as it was written
  public String json(String version) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("cniVersion", version)
            .put("code", code.number)
            .put("msg", message);
    return (details.isEmpty() ? json : json.put("details", details)).toString();
  }
}
