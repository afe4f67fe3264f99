// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.io.Serial;

/// Writes 1000.0 as 1000, as Go does.
final class DoubleWriter extends StdScalarSerializer<Double> {

  @Serial private static final long serialVersionUID = 1L;

  /// Whole numbers up to here are exact.
  private static final double EXACT = 1L << 53;

  DoubleWriter() {
    super(Double.class);
  }

  @Override
  public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    if (Math.rint(value) == value && Math.abs(value) <= EXACT) {
      out.writeNumber(value.longValue());
    } else {
      out.writeNumber(value);
    }
  }
}
