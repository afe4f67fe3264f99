// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.brindle.controllers.balancer;

import org.jspecify.annotations.NullMarked;
