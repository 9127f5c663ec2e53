/** True where a test that needs what is absent may be left out; with DATUM_TEST_REQUIRE_SERVICES=1 it runs and fails. */
export const mayLeaveOut = (isPresent: boolean): boolean =>
  !isPresent && process.env['DATUM_TEST_REQUIRE_SERVICES'] !== '1';
