// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.io.Serial;

/// Something a person asked for that cannot be done. The message is what they are shown.
public final class ClientException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private static final String UNKNOWN_FIELD =
      "field in document is not recognized or is in the wrong location: %s (%s)";

  /// What callers tell apart.
  public enum Reason {
    ALREADY_EXISTS,
    MISSING,
    /// An argument that calicoctl names on standard output.
    ARGUMENT,
    OTHER
  }

  private final Reason reason;

  public ClientException(String message) {
    this(Reason.OTHER, message);
  }

  private ClientException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public static ClientException missing(ResourceKey key) {
    return new ClientException(
        Reason.MISSING, "resource does not exist: %s with error: <nil>".formatted(key));
  }

  /// @param why none can be made
  static ClientException missing(ResourceKey key, String why) {
    return new ClientException(
        Reason.MISSING, "resource does not exist: %s: %s".formatted(key, why));
  }

  /// A field that the kind does not have. Scripts know calicoctl's text, which has the name alone.
  ///
  /// @param path as in YAML
  public static ClientException unknownField(String path) {
    return new ClientException(UNKNOWN_FIELD.formatted(nameOf(path), path));
  }

  /// @param where the file, and the place in it
  public static ClientException unknownField(String path, String where) {
    return new ClientException(UNKNOWN_FIELD.formatted(nameOf(path), path + " in " + where));
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /// @param what such as `invalid IP address specified: x`
  public static ClientException argument(String what) {
    return new ClientException(Reason.ARGUMENT, "Error executing command: " + what);
  }

  static ClientException alreadyExists(ResourceKey key) {
    return new ClientException(
        Reason.ALREADY_EXISTS, "resource already exists: %s with error: <nil>".formatted(key));
  }

  static ClientException conflict(ResourceKey key) {
    return new ClientException("update conflict: " + key);
  }

  /// @param given the revision of the document
  /// @param stored the revision there is
  static ClientException outdated(ResourceKey key, String given, String stored) {
    return new ClientException(
        ("update conflict: %s (the document is of revision %s, the store has %s: get it again, or"
                + " leave metadata.resourceVersion out)")
            .formatted(key, given, stored));
  }

  static ClientException unsupported(String operation, ResourceKey key, String why) {
    return new ClientException(
        "operation %s is not supported on %s: %s".formatted(operation, key, why));
  }

  static ClientException unsupported(String operation, ResourceKind kind, String why) {
    return new ClientException(
        "operation %s is not supported on %s: %s".formatted(operation, kind, why));
  }

  public Reason reason() {
    return reason;
  }
}
