// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HexFormat;

/// Bytes that compare by content and never change.
public final class Octets {

  public static final Octets EMPTY = new Octets(new byte[0]);

  private final byte[] bytes;

  private Octets(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Octets of(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Octets(bytes);
  }

  public static Octets copyOf(byte[] bytes) {
    return new Octets(bytes.clone());
  }

  /// Takes all that is readable.
  public static Octets readAll(ByteBuf in) {
    byte[] bytes = new byte[in.readableBytes()];
    in.readBytes(bytes);
    return new Octets(bytes);
  }

  /// Takes all that is readable, or as much as that.
  static Octets readSome(ByteBuf in, int most) {
    byte[] bytes = new byte[Math.min(most, in.readableBytes())];
    in.readBytes(bytes);
    return new Octets(bytes);
  }

  public int size() {
    return bytes.length;
  }

  public void writeTo(ByteBuf out) {
    out.writeBytes(bytes);
  }

  /// @return behind the last octet written
  public int copyTo(byte[] to, int at) {
    System.arraycopy(bytes, 0, to, at, bytes.length);
    return at + bytes.length;
  }

  /// The array is the caller's.
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// Hexadecimal digits.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
