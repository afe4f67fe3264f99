// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.io.Serial;
import java.util.Optional;
import java.util.function.Function;

/// Writes a value as a number if it is one, else as its text.
final class NumberOrTextWriter<T> extends StdScalarSerializer<T> {

  @Serial private static final long serialVersionUID = 1L;

  private final transient Function<T, Optional<Long>> number;

  NumberOrTextWriter(Class<T> type, Function<T, Optional<Long>> number) {
    super(type);
    this.number = number;
  }

  @Override
  public void serialize(T value, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    Optional<Long> asNumber = number.apply(value);
    if (asNumber.isPresent()) {
      out.writeNumber(asNumber.get());
    } else {
      out.writeString(value.toString());
    }
  }
}
