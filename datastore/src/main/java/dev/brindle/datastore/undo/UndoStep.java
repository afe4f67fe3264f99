// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.undo;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceContent;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// What one resource was before a change, and how its change is known again.
///
/// @param before as JSON; absent if there was none
/// @param after digest of what it says once it is changed
public record UndoStep(ResourceKey key, Optional<String> before, String after) {

  /// What there is to do.
  enum Need {
    /// It is as it was: the change never came, or is undone already.
    NONE,
    /// It is as the change made it.
    UNDO,
    /// Somebody else has written it since.
    CONFLICT
  }

  public static UndoStep of(ResourceKey key, Optional<Resource> before, Resource after) {
    return new UndoStep(key, before.map(ResourceCodec::stored), digest(after));
  }

  Need need(Optional<Resource> now) {
    if (now.map(UndoStep::digest).equals(resource().map(UndoStep::digest))) {
      return Need.NONE;
    }
    return now.map(UndoStep::digest).filter(after::equals).isPresent() ? Need.UNDO : Need.CONFLICT;
  }

  /// As it was.
  ///
  /// @throws ResourceFormatException if that cannot be read
  Optional<Resource> resource() {
    return before.map(json -> ResourceCodec.readStored(key.kind(), json));
  }

  private static String digest(Resource resource) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(ResourceContent.text(resource).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
