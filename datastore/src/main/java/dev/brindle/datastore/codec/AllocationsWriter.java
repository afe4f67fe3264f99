// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.brindle.api.resource.IpamBlock;
import java.io.IOException;
import java.io.Serial;
import java.util.List;

/// `FREE` is null in JSON.
final class AllocationsWriter extends StdSerializer<List<Integer>> {

  @Serial private static final long serialVersionUID = 1L;

  AllocationsWriter() {
    super(TypeFactory.defaultInstance().constructCollectionType(List.class, Integer.class));
  }

  @Override
  public void serialize(List<Integer> allocations, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    out.writeStartArray();
    for (int attribute : allocations) {
      if (attribute == IpamBlock.FREE) {
        out.writeNull();
      } else {
        out.writeNumber(attribute);
      }
    }
    out.writeEndArray();
  }
}
