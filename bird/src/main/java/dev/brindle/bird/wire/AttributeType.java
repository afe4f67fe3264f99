// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import java.util.Optional;

/// The attributes we understand, with their codes and classes (IANA "BGP Path Attributes").
public enum AttributeType {
  ORIGIN(1, AttributeClass.WELL_KNOWN),
  AS_PATH(2, AttributeClass.WELL_KNOWN),
  NEXT_HOP(3, AttributeClass.WELL_KNOWN),
  MULTI_EXIT_DISC(4, AttributeClass.OPTIONAL),
  LOCAL_PREF(5, AttributeClass.WELL_KNOWN),
  ATOMIC_AGGREGATE(6, AttributeClass.WELL_KNOWN),
  AGGREGATOR(7, AttributeClass.OPTIONAL_TRANSITIVE),
  COMMUNITIES(8, AttributeClass.OPTIONAL_TRANSITIVE),
  ORIGINATOR_ID(9, AttributeClass.OPTIONAL),
  CLUSTER_LIST(10, AttributeClass.OPTIONAL),
  MP_REACH_NLRI(14, AttributeClass.OPTIONAL),
  MP_UNREACH_NLRI(15, AttributeClass.OPTIONAL),
  EXTENDED_COMMUNITIES(16, AttributeClass.OPTIONAL_TRANSITIVE),
  AS4_PATH(17, AttributeClass.OPTIONAL_TRANSITIVE),
  AS4_AGGREGATOR(18, AttributeClass.OPTIONAL_TRANSITIVE),
  IPV6_EXTENDED_COMMUNITIES(25, AttributeClass.OPTIONAL_TRANSITIVE),
  LARGE_COMMUNITIES(32, AttributeClass.OPTIONAL_TRANSITIVE),
  ONLY_TO_CUSTOMER(35, AttributeClass.OPTIONAL_TRANSITIVE);

  private static final int CODES = 256;
  private static final AttributeType[] BY_CODE = byCode();

  private final int code;
  private final AttributeClass attributeClass;

  AttributeType(int code, AttributeClass attributeClass) {
    this.code = code;
    this.attributeClass = attributeClass;
  }

  public int code() {
    return code;
  }

  AttributeClass attributeClass() {
    return attributeClass;
  }

  /// Empty for one we do not understand.
  static Optional<AttributeType> of(int code) {
    return Optional.ofNullable(BY_CODE[code]);
  }

  static String name(int code) {
    return of(code).map(Enum::name).orElse("attribute " + code);
  }

  private static AttributeType[] byCode() {
    AttributeType[] types = new AttributeType[CODES];
    for (AttributeType type : values()) {
      types[type.code] = type;
    }
    return types;
  }
}
