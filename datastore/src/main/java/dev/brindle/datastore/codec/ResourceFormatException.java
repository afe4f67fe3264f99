// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Text that is no resource. The message says where, what was found and what was expected.
public final class ResourceFormatException extends IllegalArgumentException {

  @Serial private static final long serialVersionUID = 1L;

  private final @Nullable String unknownField;

  ResourceFormatException(String message) {
    super(message);
    this.unknownField = null;
  }

  /// @param cause what a reader of its text said, if that was it
  public ResourceFormatException(String message, @Nullable Throwable cause) {
    this(message, null, cause);
  }

  ResourceFormatException(
      String message, @Nullable String unknownField, @Nullable Throwable cause) {
    super(message, cause);
    this.unknownField = unknownField;
  }

  /// The path of a field that the kind does not have, if that is the fault: `spec.cdir`.
  public Optional<String> unknownField() {
    return Optional.ofNullable(unknownField);
  }
}
