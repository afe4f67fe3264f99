// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Octets;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// PDUs and their octets, versions 0 (RFC 6810) and 1 (RFC 8210). Whatever a length field says, no
/// more than `LONGEST` octets are waited for.
///
/// ```
/// | version (1) | type (1) | session or error (2) | length of all (4) | ... |
/// ```
public final class RtrCodec {

  /// What a router key or an error report may take; all others have fixed lengths.
  public static final int LONGEST = 4096;

  static final int VERSION_0 = 0;
  static final int VERSION_1 = 1;

  private static final int HEADER = 8;
  private static final int SERIAL = 12;
  private static final int END_0 = 12;
  private static final int END_1 = 24;
  private static final int IPV4 = 20;
  private static final int IPV6 = 32;
  private static final int LEAST_KEY = 32;
  private static final int LEAST_ERROR = 16;
  private static final int ABOUT = 64;

  private static final int SERIAL_NOTIFY = 0;
  private static final int SERIAL_QUERY = 1;
  private static final int RESET_QUERY = 2;
  private static final int CACHE_RESPONSE = 3;
  private static final int IPV4_PREFIX = 4;
  private static final int IPV6_PREFIX = 6;
  private static final int END_OF_DATA = 7;
  private static final int CACHE_RESET = 8;
  private static final int ROUTER_KEY = 9;
  private static final int ERROR_REPORT = 10;

  private RtrCodec() {}

  // ---- reading

  /// Reads one PDU; moves on only if it is understood.
  public static RtrReading read(ByteBuf in) {
    if (in.readableBytes() < HEADER) {
      return new RtrReading.Incomplete();
    }
    int at = in.readerIndex();
    int version = in.getUnsignedByte(at);
    int type = in.getUnsignedByte(at + 1);
    long length = in.getUnsignedInt(at + 4);
    if (version > VERSION_1) {
      return refused(in, RtrError.UNSUPPORTED_VERSION, "version %d".formatted(version));
    }
    if (!isKnown(type, version)) {
      return refused(in, RtrError.UNSUPPORTED_TYPE, "PDU type %d".formatted(type));
    }
    if (!fits(type, version, length)) {
      return refused(
          in, RtrError.CORRUPT_DATA, "length %d of a PDU of type %d".formatted(length, type));
    }
    if (in.readableBytes() < length) {
      return new RtrReading.Incomplete();
    }
    ByteBuf pdu = in.slice(at, (int) length);
    int number = pdu.getUnsignedShort(2);
    pdu.skipBytes(HEADER);
    try {
      RtrPdu read = body(type, version, number, pdu);
      in.skipBytes((int) length);
      return new RtrReading.Understood(version, read);
    } catch (IllegalArgumentException e) {
      return refused(in, RtrError.CORRUPT_DATA, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isKnown(int type, int version) {
    return switch (type) {
      case SERIAL_NOTIFY,
          SERIAL_QUERY,
          RESET_QUERY,
          CACHE_RESPONSE,
          IPV4_PREFIX,
          IPV6_PREFIX,
          END_OF_DATA,
          CACHE_RESET,
          ERROR_REPORT ->
          true;
      case ROUTER_KEY -> version == VERSION_1;
      default -> false;
    };
  }

  private static boolean fits(int type, int version, long length) {
    return switch (type) {
      case SERIAL_NOTIFY, SERIAL_QUERY -> length == SERIAL;
      case IPV4_PREFIX -> length == IPV4;
      case IPV6_PREFIX -> length == IPV6;
      case END_OF_DATA -> length == (version == VERSION_0 ? END_0 : END_1);
      case ROUTER_KEY -> length >= LEAST_KEY && length <= LONGEST;
      case ERROR_REPORT -> length >= LEAST_ERROR && length <= LONGEST;
      default -> length == HEADER;
    };
  }

  private static RtrPdu body(int type, int version, int number, ByteBuf in) {
    return switch (type) {
      case SERIAL_NOTIFY -> new RtrPdu.SerialNotify(number, in.readUnsignedInt());
      case SERIAL_QUERY -> new RtrPdu.SerialQuery(number, in.readUnsignedInt());
      case RESET_QUERY -> new RtrPdu.ResetQuery();
      case CACHE_RESPONSE -> new RtrPdu.CacheResponse(number);
      case IPV4_PREFIX, IPV6_PREFIX -> prefix(in);
      case END_OF_DATA -> new RtrPdu.EndOfData(number, in.readUnsignedInt(), timing(version, in));
      case CACHE_RESET -> new RtrPdu.CacheReset();
      case ROUTER_KEY -> new RtrPdu.RouterKey();
      default -> error(number, in);
    };
  }

  private static Optional<RtrTiming> timing(int version, ByteBuf in) {
    return version == VERSION_0
        ? Optional.empty()
        : Optional.of(
            RtrTiming.ofCache(in.readUnsignedInt(), in.readUnsignedInt(), in.readUnsignedInt()));
  }

  /// ```
  /// | flags (1) | length (1) | maximum (1) | 0 (1) | address (4 or 16) | AS (4) |
  /// ```
  private static RtrPdu prefix(ByteBuf in) {
    boolean isAnnounced = (in.readByte() & 1) != 0;
    int length = in.readUnsignedByte();
    int maxLength = in.readUnsignedByte();
    in.skipBytes(1);
    byte[] address = new byte[in.readableBytes() - Integer.BYTES];
    in.readBytes(address);
    AsNumber as = new AsNumber(in.readUnsignedInt());
    return new RtrPdu.Prefix(
        isAnnounced, new Vrp(new Cidr(IpAddress.ofBytes(address), length), maxLength, as));
  }

  /// ```
  /// | length (4) | PDU | length (4) | text |
  /// ```
  private static RtrPdu error(int code, ByteBuf in) {
    ByteBuf about = part(in, Integer.BYTES);
    ByteBuf text = part(in, 0);
    if (in.isReadable()) {
      throw new IllegalArgumentException(
          "%d octets behind the text of an error report".formatted(in.readableBytes()));
    }
    return new RtrPdu.ErrorReport(
        code, Octets.readAll(about), text.toString(StandardCharsets.UTF_8));
  }

  /// @param behind octets there must be behind it
  private static ByteBuf part(ByteBuf in, int behind) {
    long length = in.readUnsignedInt();
    if (length > in.readableBytes() - behind) {
      throw new IllegalArgumentException(
          "a part of %d octets in an error report that has %d left"
              .formatted(length, in.readableBytes() - behind));
    }
    return in.readSlice((int) length);
  }

  private static RtrReading refused(ByteBuf in, RtrError error, String reason) {
    byte[] about = new byte[Math.min(ABOUT, in.readableBytes())];
    in.getBytes(in.readerIndex(), about);
    return new RtrReading.Refused(error, reason, Octets.copyOf(about));
  }

  // ---- writing

  public static void write(int version, RtrPdu pdu, ByteBuf out) {
    int start = out.writerIndex();
    switch (pdu) {
      case RtrPdu.SerialNotify(var session, var serial) -> {
        header(version, SERIAL_NOTIFY, session, out);
        out.writeInt((int) serial);
      }
      case RtrPdu.SerialQuery(var session, var serial) -> {
        header(version, SERIAL_QUERY, session, out);
        out.writeInt((int) serial);
      }
      case RtrPdu.ResetQuery() -> header(version, RESET_QUERY, 0, out);
      case RtrPdu.CacheResponse(var session) -> header(version, CACHE_RESPONSE, session, out);
      case RtrPdu.Prefix(var isAnnounced, var vrp) -> prefix(version, isAnnounced, vrp, out);
      case RtrPdu.EndOfData(var session, var serial, var timing) -> {
        header(version, END_OF_DATA, session, out);
        out.writeInt((int) serial);
        timing.ifPresent(it -> timing(it, out));
      }
      case RtrPdu.CacheReset() -> header(version, CACHE_RESET, 0, out);
      case RtrPdu.RouterKey() -> throw new IllegalArgumentException("a router says no router keys");
      case RtrPdu.ErrorReport(var code, var about, var text) -> {
        header(version, ERROR_REPORT, code, out);
        out.writeInt(about.size());
        about.writeTo(out);
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(octets.length).writeBytes(octets);
      }
    }
    out.setInt(start + 4, out.writerIndex() - start);
  }

  private static void header(int version, int type, int number, ByteBuf out) {
    out.writeByte(version).writeByte(type).writeShort(number).writeInt(0);
  }

  private static void prefix(int version, boolean isAnnounced, Vrp vrp, ByteBuf out) {
    IpAddress address = vrp.prefix().address();
    header(version, address.isIpv4() ? IPV4_PREFIX : IPV6_PREFIX, 0, out);
    out.writeByte(isAnnounced ? 1 : 0).writeByte(vrp.prefix().length());
    out.writeByte(vrp.maxLength()).writeByte(0);
    out.writeBytes(address.bytes()).writeInt((int) vrp.as().value());
  }

  private static void timing(RtrTiming timing, ByteBuf out) {
    out.writeInt((int) timing.refresh().toSeconds());
    out.writeInt((int) timing.retry().toSeconds());
    out.writeInt((int) timing.expire().toSeconds());
  }
}
