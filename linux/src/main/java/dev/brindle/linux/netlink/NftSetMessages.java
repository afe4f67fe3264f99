// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftSet;
import java.util.List;

/// Sets, verdict maps and their elements.
final class NftSetMessages {

  static final int ANONYMOUS = 1;
  static final int CONSTANT = 2;
  static final int INTERVAL = 4;
  static final int MAP = 8;
  static final int VERDICT = 0xffff_ff00;
  static final int INTERFACE_NAME = 41;
  static final int GOTO = -4;

  /// `ipv4_addr . inet_proto . inet_service`, six bits each.
  static final int IPV4_ENDPOINT = (7 << 12) | (12 << 6) | 13;

  static final int IPV6_ENDPOINT = (8 << 12) | (12 << 6) | 13;

  private static final byte[] HOST_ORDER = {0, 4, 1, 0, 0, 0};
  private static final byte[] NETWORK_ORDER = {0, 4, 2, 0, 0, 0};
  private static final byte[] NO_ORDER = {0, 4, 0, 0, 0, 0};

  /// Well below the 65,535 bytes of an attribute.
  private static final int CHUNK = 60_000;

  private final MessageWriter out;
  private int lastId;

  NftSetMessages(MessageWriter out) {
    this.out = out;
  }

  /// What a rule refers to one by.
  record Anonymous(String name, int id) {}

  void put(NftFamily family, String table, NftSet set) {
    switch (set.key()) {
      case ADDRESS -> put(family, table, set, 0, address(family), bytes(family), NETWORK_ORDER);
      case PREFIX ->
          put(family, table, set, INTERVAL, address(family), bytes(family), NETWORK_ORDER);
      case ADDRESS_PROTOCOL_PORT ->
          put(family, table, set, 0, endpoint(family), bytes(family) + 8, NO_ORDER);
      case INTERFACE -> put(family, table, set, 0, INTERFACE_NAME, 16, HOST_ORDER);
    }
  }

  private void put(
      NftFamily family,
      String table,
      NftSet set,
      int flags,
      int keyType,
      int keyLength,
      byte[] keyOrder) {
    begin(family, table, set.name(), flags | (set.isMap() ? MAP : 0), keyType, keyLength);
    if (set.isMap()) {
      out.bigEndian32(6, VERDICT).bigEndian32(7, 0);
    }
    out.bigEndian32(10, ++lastId).bytes(13, keyOrder).end();
  }

  private void begin(
      NftFamily family, String table, String name, int flags, int keyType, int keyLength) {
    NftMessages.begin(out, NftMessages.NEW_SET, MessageFlag.CREATE, family)
        .text(NftMessages.TABLE, table)
        .text(2, name)
        .bigEndian32(3, flags)
        .bigEndian32(4, keyType)
        .bigEndian32(5, keyLength);
  }

  static int address(NftFamily family) {
    return switch (family) {
      case IP -> AnonymousSet.IPV4_ADDRESS;
      case IP6 -> AnonymousSet.IPV6_ADDRESS;
      case INET, ARP ->
          throw new IllegalArgumentException("a set of addresses in a table of family " + family);
    };
  }

  static int bytes(NftFamily family) {
    return address(family) == AnonymousSet.IPV4_ADDRESS ? 4 : 16;
  }

  static int endpoint(NftFamily family) {
    return address(family) == AnonymousSet.IPV4_ADDRESS ? IPV4_ENDPOINT : IPV6_ENDPOINT;
  }

  Anonymous anonymous(NftFamily family, String table, AnonymousSet set) {
    int id = ++lastId;
    String name = "__set%d"; // the kernel puts a number in
    int flags = ANONYMOUS | CONSTANT | INTERVAL;
    begin(family, table, name, flags, set.keyType(), set.keyLength());
    out.bigEndian32(10, id).bytes(13, NETWORK_ORDER).end();
    elements(NftMessages.NEW_ELEMENTS, MessageFlag.CREATE, family, table, name, id, set.elements());
    return new Anonymous(name, id);
  }

  /// @param id of a set of the same batch without a name of its own; 0 if the name is enough
  void elements(
      int type,
      int flags,
      NftFamily family,
      String table,
      String set,
      int id,
      List<KernelElement> elements) {
    int next = 0;
    while (next < elements.size()) {
      NftMessages.begin(out, type, flags, family).text(NftMessages.TABLE, table).text(2, set);
      if (id != 0) {
        out.bigEndian32(4, id);
      }
      out.open(3);
      int size = 0;
      while (next < elements.size() && size < CHUNK) {
        KernelElement element = elements.get(next++);
        size += element.size();
        element(element);
      }
      out.close().end();
    }
  }

  private void element(KernelElement element) {
    out.open(1);
    if (element.isEnd()) {
      out.bigEndian32(3, 1);
    }
    out.open(1).bytes(1, element.key()).close();
    if (!element.chain().isEmpty()) {
      out.open(2).open(2).bigEndian32(1, GOTO).text(2, element.chain()).close().close();
    }
    out.close();
  }
}
