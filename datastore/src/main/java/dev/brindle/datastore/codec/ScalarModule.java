// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.net.Port;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The values that are one word in JSON: text, or text and number.
final class ScalarModule {

  private static final Set<Class<?>> TYPES =
      Set.of(
          IpAddress.class,
          Cidr.class,
          InterfaceAddress.class,
          MacAddress.class,
          AsNumber.class,
          Protocol.class,
          Port.class);

  private ScalarModule() {}

  /// Whether a value of the type is one word, whatever it is made of in Java.
  static boolean isScalar(Class<?> type) {
    return TYPES.contains(type);
  }

  static SimpleModule create() {
    SimpleModule module = new SimpleModule("brindle-scalars");
    text(module, IpAddress.class, IpAddress::parse);
    text(module, Cidr.class, Cidr::parse);
    text(module, InterfaceAddress.class, InterfaceAddress::parse);
    text(module, MacAddress.class, MacAddress::parse);

    module.addDeserializer(
        AsNumber.class, ScalarReader.ofTextOrNumber(AsNumber.class, AsNumber::parse));
    module.addSerializer(
        AsNumber.class, new NumberOrTextWriter<>(AsNumber.class, as -> Optional.of(as.value())));

    module.addDeserializer(
        Protocol.class, ScalarReader.ofTextOrNumber(Protocol.class, Protocol::parse));
    module.addSerializer(
        Protocol.class, new NumberOrTextWriter<>(Protocol.class, ScalarModule::numberOf));

    module.addDeserializer(Port.class, ScalarReader.ofTextOrNumber(Port.class, Port::parse));
    module.addSerializer(Port.class, new NumberOrTextWriter<>(Port.class, ScalarModule::numberOf));

    module.addSerializer(Double.class, new DoubleWriter());

    var shared = new SharedText();
    module.addDeserializer(String.class, shared.values());
    module.addKeyDeserializer(String.class, shared.keys());
    return module;
  }

  private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addDeserializer(type, ScalarReader.ofText(type, parse));
    module.addSerializer(type, new ToStringSerializer(type));
  }

  private static Optional<Long> numberOf(Protocol protocol) {
    boolean isNumber = protocol.isWrittenAsNumber() || protocol.name().isEmpty();
    return isNumber ? Optional.of((long) protocol.number()) : Optional.empty();
  }

  private static Optional<Long> numberOf(Port port) {
    return switch (port) {
      case PortRange range when range.isSingle() -> Optional.of((long) range.min());
      case PortRange _, Port.Named _ -> Optional.empty();
    };
  }
}
