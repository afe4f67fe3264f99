// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Makes texts that were read lately one and the same: of a hundred thousand endpoints each has its
/// node, namespace and labels as its own text otherwise, which is half of the memory they take.
///
/// For many threads: a slot holds some text or none, and any is right.
final class SharedText {

  private static final int SLOTS = 1 << 13;
  private static final int LONGEST = 64;

  private final @Nullable String[] slots = new @Nullable String[SLOTS];

  /// @return the same text
  String of(String text) {
    if (text.length() > LONGEST) {
      return text;
    }
    int hash = text.hashCode();
    int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    String known = slots[slot];
    if (known != null && known.equals(text)) {
      return known;
    }
    slots[slot] = text;
    return text;
  }

  /// Of fields and items.
  StdScalarDeserializer<String> values() {
    return new Values(this);
  }

  /// Of maps.
  KeyDeserializer keys() {
    return new Keys(this);
  }

  private static final class Values extends StdScalarDeserializer<String> {

    private static final long serialVersionUID = 1L;

    private final transient SharedText shared;

    private Values(SharedText shared) {
      super(String.class);
      this.shared = shared;
    }

    @Override
    public @Nullable String deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = StringDeserializer.instance.deserialize(parser, context);
      return text == null ? null : shared.of(text);
    }
  }

  private static final class Keys extends KeyDeserializer {

    private final SharedText shared;

    private Keys(SharedText shared) {
      this.shared = shared;
    }

    @Override
    public String deserializeKey(String key, DeserializationContext context) {
      return shared.of(key);
    }
  }
}
