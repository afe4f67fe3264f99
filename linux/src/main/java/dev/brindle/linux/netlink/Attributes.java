// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/// The attributes of a message: length, type, value, padding to four bytes, and so on.
///
/// A view that looks for an attribute each time it is asked: messages have few.
public final class Attributes {

  private static final int HEADER = 4;
  private static final int TYPE_MASK = 0x3fff;

  private final ByteBuffer region;

  private Attributes(ByteBuffer region) {
    this.region = region;
  }

  /// @param start where in `body` they begin
  public static Attributes of(ByteBuffer body, int start) {
    int from = Math.min(start, body.limit());
    return new Attributes(body.slice(from, body.limit() - from).order(ByteOrder.nativeOrder()));
  }

  static int align(int length) {
    return (length + 3) & ~3;
  }

  /// @throws IllegalArgumentException if a length does not fit
  public void forEach(BiConsumer<Integer, ByteBuffer> action) {
    int at = 0;
    while (at + HEADER <= region.limit()) {
      int length = lengthAt(at);
      action.accept(typeAt(at), value(at, length));
      at += align(length);
    }
  }

  public Optional<ByteBuffer> get(int type) {
    int at = 0;
    while (at + HEADER <= region.limit()) {
      int length = lengthAt(at);
      if (typeAt(at) == type) {
        return Optional.of(value(at, length));
      }
      at += align(length);
    }
    return Optional.empty();
  }

  private int lengthAt(int at) {
    int length = region.getShort(at) & 0xffff;
    if (length < HEADER || length > region.limit() - at) {
      throw new IllegalArgumentException(
          "attribute of %d bytes with %d left".formatted(length, region.limit() - at));
    }
    return length;
  }

  private int typeAt(int at) {
    return region.getShort(at + 2) & TYPE_MASK;
  }

  private ByteBuffer value(int at, int length) {
    return region.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder());
  }

  public Optional<byte[]> bytes(int type) {
    return get(type).map(Attributes::toBytes);
  }

  static byte[] toBytes(ByteBuffer value) {
    var bytes = new byte[value.remaining()];
    value.get(value.position(), bytes);
    return bytes;
  }

  public OptionalInt number(int type) {
    return get(type).map(value -> OptionalInt.of(value.getInt(0))).orElseGet(OptionalInt::empty);
  }

  /// A number in network order.
  public OptionalInt bigEndian(int type) {
    return get(type)
        .map(value -> OptionalInt.of(value.order(ByteOrder.BIG_ENDIAN).getInt(0)))
        .orElseGet(OptionalInt::empty);
  }

  /// Text up to its NUL.
  public Optional<String> text(int type) {
    return get(type).map(value -> text(toBytes(value)));
  }

  static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /// Empty if there is no such attribute.
  public Attributes nested(int type) {
    return get(type).map(value -> of(value, 0)).orElseGet(() -> of(ByteBuffer.allocate(0), 0));
  }
}
