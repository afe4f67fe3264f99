// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.MpReach;
import dev.brindle.bird.wire.PathAttribute.MpUnreach;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was read of an UPDATE, field by field, and what it means as a whole.
///
/// @param withdrawn IPv4, from the message's own field
/// @param announced IPv4, likewise
record UpdateParts(Nlri withdrawn, Nlri announced, AttributeReader reader) {

  Update assemble(PeerTerms terms) throws MalformedMessage {
    Optional<MpReach> reach = take(MpReach.class);
    Optional<MpUnreach> unreach = take(MpUnreach.class);
    boolean isEndOfRib =
        unreach.isPresent()
            && unreach.get().prefixes().isEmpty()
            && reader.hasSeenOnly(AttributeType.MP_UNREACH_NLRI)
            && withdrawn.isEmpty()
            && announced.isEmpty();
    if (isEndOfRib) {
      return Update.endOfRib(unreach.get().family());
    }
    boolean reaches = reach.isPresent() && !reach.get().prefixes().isEmpty();
    requireMandatory(reaches, terms);
    reach.filter(it -> !it.prefixes().isEmpty()).ifPresent(it -> requireHost(it, it.nextHop()));
    WithdrawnPaths gone = new WithdrawnPaths();
    gone.add(withdrawn);
    unreach.ifPresent(it -> gone.add(it.nlri()));
    List<Announcement> announcements = announcements(reach, terms);
    if (reader.strongest().compareTo(TREAT_AS_WITHDRAW) >= 0) {
      announcements.forEach(it -> gone.add(new Nlri(it.prefixes(), it.ids())));
      boolean isOfOthers = reach.isEmpty() && reader.hasSeen(AttributeType.MP_REACH_NLRI);
      if (announced.isEmpty() && !reaches && !isOfOthers) {
        // RFC 7606 §5.2: we cannot know what was meant to be withdrawn
        throw new MalformedMessage(
            NotificationCode.UPDATE,
            NotificationCode.ATTRIBUTE_LIST,
            "malformed attributes and no prefix: " + reader.faults());
      }
      announcements = List.of();
    }
    announcements.forEach(it -> gone.remove(new Nlri(it.prefixes(), it.ids())));
    return new Update(
        gone.prefixes(), announcements, Optional.empty(), reader.faults(), gone.ids());
  }

  /// RFC 7606 §3 d: what is missing makes the prefixes withdrawn.
  private void requireMandatory(boolean reaches, PeerTerms terms) {
    if (announced.isEmpty() && !reaches) {
      return;
    }
    require(AttributeType.ORIGIN);
    require(AttributeType.AS_PATH);
    if (!announced.isEmpty()) {
      require(AttributeType.NEXT_HOP);
      PathAttributes.of(reader.attributes()).nextHop().ifPresent(it -> requireHost(it, it));
    }
    if (terms.isInternal()) {
      require(AttributeType.LOCAL_PREF);
    }
  }

  /// RFC 4271 §6.3, but only where NEXT_HOP counts: beside MP_REACH_NLRI alone it does not
  /// (RFC 4760 §3), and some send 0.0.0.0 there.
  private void requireHost(PathAttribute attribute, NextHop hop) {
    IpAddress address = hop.address();
    if (address.isIpv4() && !NextHopCodec.isHost(address)) {
      reader.fault(
          attribute.code(), TREAT_AS_WITHDRAW, "%s is no host's address".formatted(address));
    }
  }

  private void require(AttributeType type) {
    if (!reader.hasSeen(type)) {
      reader.fault(type.code(), TREAT_AS_WITHDRAW, "missing");
    }
  }

  private List<Announcement> announcements(Optional<MpReach> reach, PeerTerms terms) {
    PathAttributes read = PathAttributes.of(reader.attributes()).withPartial(reader.partial());
    PathAttributes common = As4Merge.merged(read, terms);
    List<Announcement> announcements = new ArrayList<>(1);
    if (!announced.isEmpty() && terms.families().contains(Family.IPV4_UNICAST)) {
      announcements.add(new Announcement(common, announced));
    }
    if (reach.isPresent() && !reach.get().prefixes().isEmpty()) {
      announcements.add(new Announcement(common.with(reach.get().nextHop()), reach.get().nlri()));
    }
    return announcements;
  }

  private <A extends PathAttribute> Optional<A> take(Class<A> type) {
    List<PathAttribute> attributes = reader.attributes();
    for (int i = 0; i < attributes.size(); i++) {
      if (type.isInstance(attributes.get(i))) {
        return Optional.of(type.cast(attributes.remove(i)));
      }
    }
    return Optional.empty();
  }
}
