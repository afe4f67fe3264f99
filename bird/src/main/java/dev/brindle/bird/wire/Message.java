// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One BGP message (RFC 4271 §4).
public sealed interface Message {

  /// Opens a session.
  ///
  /// @param as of the sender, its four-octet one if it told that
  /// @param holdTime in seconds
  /// @param identifier any number but zero, written as an IPv4 address (RFC 6286)
  record Open(AsNumber as, int holdTime, IpAddress identifier, List<Capability> capabilities)
      implements Message {

    public Open {
      capabilities = List.copyOf(capabilities);
    }
  }

  /// Routes that came and went. Both families look the same here.
  ///
  /// @param withdrawn also the prefixes of announcements that were treated as withdrawn
  /// @param endOfRib the family of which the sender has now told everything (RFC 4724 §2)
  /// @param faults what was wrong and could be lived with
  /// @param withdrawnIds of paths (RFC 7911), one for each prefix withdrawn, or empty for 0
  record Update(
      List<Cidr> withdrawn,
      List<Announcement> announced,
      Optional<Family> endOfRib,
      List<AttributeFault> faults,
      List<Integer> withdrawnIds)
      implements Message {

    public Update {
      withdrawn = List.copyOf(withdrawn);
      announced = List.copyOf(announced);
      faults = List.copyOf(faults);
      withdrawnIds = List.copyOf(withdrawnIds);
    }

    /// Without path identifiers.
    public Update(
        List<Cidr> withdrawn,
        List<Announcement> announced,
        Optional<Family> endOfRib,
        List<AttributeFault> faults) {
      this(withdrawn, announced, endOfRib, faults, List.of());
    }

    /// The path identifier of a withdrawn prefix.
    public int withdrawnId(int index) {
      return withdrawnIds.isEmpty() ? 0 : withdrawnIds.get(index);
    }

    public static Update withdraw(List<Cidr> prefixes) {
      return new Update(prefixes, List.of(), Optional.empty(), List.of());
    }

    public static Update announce(PathAttributes attributes, List<Cidr> prefixes) {
      return new Update(
          List.of(), List.of(new Announcement(attributes, prefixes)), Optional.empty(), List.of());
    }

    public static Update endOfRib(Family family) {
      return new Update(List.of(), List.of(), Optional.of(family), List.of());
    }
  }

  /// Prefixes of one family that share all attributes.
  ///
  /// @param ids of paths (RFC 7911), one for each prefix, or empty for 0
  record Announcement(PathAttributes attributes, List<Cidr> prefixes, List<Integer> ids) {

    public Announcement {
      prefixes = List.copyOf(prefixes);
      ids = List.copyOf(ids);
    }

    /// Without path identifiers.
    public Announcement(PathAttributes attributes, List<Cidr> prefixes) {
      this(attributes, prefixes, List.of());
    }

    Announcement(PathAttributes attributes, Nlri nlri) {
      this(attributes, nlri.prefixes(), nlri.ids());
    }

    /// The path identifier of a prefix.
    public int id(int index) {
      return ids.isEmpty() ? 0 : ids.get(index);
    }
  }

  /// Why the sender ends the session.
  record Notification(int code, int subcode, Octets data) implements Message {

    /// What there is room for in a message of 4,096 octets, which every peer takes.
    static final int MAX_DATA = 4096 - Header.LENGTH - 2;

    public static Notification of(int code, int subcode) {
      return new Notification(code, subcode, Octets.EMPTY);
    }

    public static Notification cease(int subcode) {
      return of(NotificationCode.CEASE, subcode);
    }

    /// What somebody wants to say with a Cease for shutdown or reset (RFC 9003).
    ///
    /// @throws IllegalArgumentException if it has more than 255 octets of UTF-8
    public static Octets text(String text) {
      return ShutdownText.data(text);
    }

    /// The same as the end of everything, so that the peer keeps nothing of ours (RFC 8538 §3.1).
    public Notification asHardReset() {
      byte[] inner = new byte[2 + data.size()];
      inner[0] = (byte) code;
      inner[1] = (byte) subcode;
      System.arraycopy(data.toArray(), 0, inner, 2, data.size());
      return new Notification(
          NotificationCode.CEASE, NotificationCode.HARD_RESET, Octets.copyOf(inner));
    }

    /// In words, with the text an administrator may have sent along (RFC 9003), made harmless.
    @Override
    public String toString() {
      boolean isAround =
          code == NotificationCode.CEASE
              && subcode == NotificationCode.HARD_RESET
              && data.size() >= 2;
      if (isAround) {
        byte[] all = data.toArray();
        Octets rest = Octets.copyOf(Arrays.copyOfRange(all, 2, all.length));
        return "hard reset: " + new Notification(all[0] & 0xff, all[1] & 0xff, rest).plainly();
      }
      return plainly();
    }

    private String plainly() {
      return NotificationCode.text(code, subcode) + ShutdownText.of(this);
    }
  }

  record Keepalive() implements Message {}

  /// A wish to hear all routes of a family again (RFC 2918), or the start or end of telling them
  /// (RFC 7313).
  record RouteRefresh(AfiSafi family, int subtype) implements Message {

    public static final int REQUEST = 0;
    public static final int BEGIN = 1;
    public static final int END = 2;
  }
}
