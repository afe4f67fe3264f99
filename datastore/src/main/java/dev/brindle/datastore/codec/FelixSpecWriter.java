// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Serial;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// The fields of FelixConfiguration in Calico's order.
final class FelixSpecWriter extends StdSerializer<Map<String, Object>> {

  @Serial private static final long serialVersionUID = 1L;

  FelixSpecWriter() {
    super(Map.class, false);
  }

  @Override
  public void serialize(Map<String, Object> spec, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    write(spec, MapOrder.OF_FELIX, json, provider);
  }

  private static void write(
      Map<?, ?> part, MapOrder order, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    TreeMap<String, Object> sorted = new TreeMap<>(order);
    part.forEach((name, field) -> sorted.put(name.toString(), field));
    json.writeStartObject();
    for (Map.Entry<String, Object> field : sorted.entrySet()) {
      json.writeFieldName(field.getKey());
      write(field.getValue(), json, provider);
    }
    json.writeEndObject();
  }

  private static void write(Object value, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    switch (value) {
      case Map<?, ?> part -> write(part, MapOrder.OF_PARTS, json, provider);
      case Collection<?> items -> {
        json.writeStartArray();
        for (Object item : items) {
          write(item, json, provider);
        }
        json.writeEndArray();
      }
      default -> provider.defaultSerializeValue(value, json);
    }
  }
}
