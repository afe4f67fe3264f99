// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;
import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.bird.wire.Decoded.Malformed;
import dev.brindle.bird.wire.Decoded.Valid;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.PathAttribute.Unknown;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Reads the attributes of one UPDATE: flags, code, length, value, again and again, with the rules
/// of RFC 7606 §3 about what is wrong around the values. Used once.
final class AttributeReader {

  private static final int EXTENDED_HEADER = 4;
  private static final int HEADER = 3;

  private final PeerTerms terms;
  private final List<PathAttribute> attributes = new ArrayList<>();
  private final List<AttributeFault> faults = new ArrayList<>();
  private final BitSet seen = new BitSet();
  private final BitSet repeated = new BitSet();
  private ErrorAction strongest = DISCARD_ATTRIBUTE;
  private long partial;

  AttributeReader(PeerTerms terms) {
    this.terms = terms;
  }

  void read(ByteBuf in) throws MalformedMessage {
    while (in.isReadable()) {
      int begin = in.readerIndex();
      int flags = in.getUnsignedByte(begin);
      boolean isExtended = (flags & AttributeClass.EXTENDED_LENGTH_FLAG) != 0;
      if (in.readableBytes() < (isExtended ? EXTENDED_HEADER : HEADER)) {
        fault(0, TREAT_AS_WITHDRAW, "attribute header cut off", in);
        return;
      }
      in.skipBytes(1);
      int code = in.readUnsignedByte();
      int length = isExtended ? in.readUnsignedShort() : in.readUnsignedByte();
      if (length > in.readableBytes()) {
        fault(
            code,
            TREAT_AS_WITHDRAW,
            "length is %d, %d octets left".formatted(length, in.readableBytes()),
            in.slice(begin, in.writerIndex() - begin));
        return;
      }
      if (seen.get(code)) {
        repeated(code);
        in.skipBytes(length);
      } else {
        seen.set(code);
        ByteBuf value = in.readSlice(length);
        first(flags, code, value, in.slice(begin, in.readerIndex() - begin));
      }
    }
  }

  /// @param whole the attribute with its header
  private void first(int flags, int code, ByteBuf value, ByteBuf whole) throws MalformedMessage {
    Optional<AttributeCodec<?>> codec = AttributeTable.of(code);
    if (codec.isEmpty()) {
      unknown(flags, code, value, whole);
    } else if (codec.get().isIgnoredFrom(terms)) {
      fault(code, DISCARD_ATTRIBUTE, "means nothing from this peer", whole);
    } else {
      known(codec.get(), flags, value, whole);
    }
  }

  /// RFC 7606 §3 g.
  private void repeated(int code) throws MalformedMessage {
    if (code == AttributeType.MP_REACH_NLRI.code()
        || code == AttributeType.MP_UNREACH_NLRI.code()) {
      throw new MalformedMessage(
          NotificationCode.UPDATE,
          NotificationCode.ATTRIBUTE_LIST,
          AttributeType.name(code) + " came twice");
    }
    if (!repeated.get(code)) { // else who repeats one often fills memory and log
      repeated.set(code);
      fault(code, DISCARD_ATTRIBUTE, "came twice, the first counts");
    }
  }

  /// RFC 4271 §6.3 and §5.
  private void unknown(int flags, int code, ByteBuf value, ByteBuf whole) throws MalformedMessage {
    if ((flags & AttributeClass.OPTIONAL_FLAG) == 0) {
      throw refusal(
          NotificationCode.UNRECOGNIZED_WELL_KNOWN,
          whole,
          "attribute %d says it is well-known".formatted(code));
    }
    boolean isTransitive = (flags & AttributeClass.TRANSITIVE_FLAG) != 0;
    Optional<ForeignAttribute.Objection> objection =
        ForeignAttribute.of(code, flags, value.duplicate());
    if (objection.isPresent()) {
      fault(code, objection.get().action(), objection.get().reason(), whole);
    } else if (AttributeClass.isNeverPassedOn(code)) {
      if (isTransitive) {
        fault(code, DISCARD_ATTRIBUTE, "flags are %02x".formatted(flags), whole);
      }
    } else if (isTransitive) {
      attributes.add(new Unknown(code, Octets.readAll(value)));
    }
  }

  /// An error of one attribute, for which RFC 4271 §6.3 wants it back.
  private static MalformedMessage refusal(int subcode, ByteBuf whole, String reason) {
    Octets data = Octets.readSome(whole, Notification.MAX_DATA);
    return new MalformedMessage(new Notification(NotificationCode.UPDATE, subcode, data), reason);
  }

  private void known(AttributeCodec<?> codec, int flags, ByteBuf value, ByteBuf whole)
      throws MalformedMessage {
    AttributeType type = codec.type();
    if (!type.attributeClass().allows(flags)) {
      fault(type.code(), TREAT_AS_WITHDRAW, "flags are %02x".formatted(flags), whole);
    }
    switch (codec.decode(value, terms)) {
      case Valid<?>(var attribute) -> {
        attributes.add(attribute);
        partial |= AttributeClass.isPartial(flags) ? PathAttributes.bit(type.code()) : 0;
      }
      case Malformed<?>(var action, var reason, var subcode) -> {
        switch (action) {
          case DISCARD_ATTRIBUTE, TREAT_AS_WITHDRAW -> fault(type.code(), action, reason, whole);
          // nothing asks for DISABLE_FAMILY yet; a reset is the stronger way to the same end
          case DISABLE_FAMILY, RESET_SESSION ->
              throw subcode == NotificationCode.OPTIONAL_ATTRIBUTE
                  ? refusal(subcode, whole, type + ": " + reason)
                  : new MalformedMessage(NotificationCode.UPDATE, subcode, type + ": " + reason);
        }
      }
    }
  }

  /// Of one that is not there, or not for the first time.
  void fault(int code, ErrorAction action, String reason) {
    add(new AttributeFault(code, action, reason));
  }

  private void fault(int code, ErrorAction action, String reason, ByteBuf whole) {
    add(AttributeFault.of(code, action, reason, whole));
  }

  private void add(AttributeFault fault) {
    faults.add(fault);
    strongest = strongest.strongest(fault.action());
  }

  /// Whether there is nothing but this one.
  boolean hasSeenOnly(AttributeType type) {
    return hasSeen(type) && seen.cardinality() == 1;
  }

  boolean hasSeen(AttributeType type) {
    return seen.get(type.code());
  }

  List<PathAttribute> attributes() {
    return attributes;
  }

  /// As `PathAttributes.partial`.
  long partial() {
    return partial;
  }

  List<AttributeFault> faults() {
    return faults;
  }

  ErrorAction strongest() {
    return strongest;
  }
}
