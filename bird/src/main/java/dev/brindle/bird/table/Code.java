// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Type codes of attributes as constants for a `switch` over bytes (IANA "BGP Path Attributes").
final class Code {

  /// Only in canonical form: the next hop, wherever it came from.
  static final int NEXT_HOP_FIRST = 0;

  static final int ORIGIN = 1;
  static final int AS_PATH = 2;
  static final int NEXT_HOP = 3;
  static final int MULTI_EXIT_DISC = 4;
  static final int LOCAL_PREF = 5;
  static final int ATOMIC_AGGREGATE = 6;
  static final int AGGREGATOR = 7;
  static final int COMMUNITIES = 8;
  static final int ORIGINATOR_ID = 9;
  static final int CLUSTER_LIST = 10;
  static final int MP_REACH_NLRI = 14;
  static final int MP_UNREACH_NLRI = 15;
  static final int EXTENDED_COMMUNITIES = 16;
  static final int AS4_PATH = 17;
  static final int AS4_AGGREGATOR = 18;
  static final int PMSI_TUNNEL = 22;
  static final int TUNNEL_ENCAPSULATION = 23;
  static final int IPV6_EXTENDED_COMMUNITIES = 25;
  static final int AIGP = 26;
  static final int BGP_LS = 29;
  static final int LARGE_COMMUNITIES = 32;
  static final int BGPSEC_PATH = 33;
  static final int ONLY_TO_CUSTOMER = 35;
  static final int NEXT_HOP_CHARACTERISTICS = 39;
  static final int PREFIX_SID = 40;

  private Code() {}
}
