/*
 * vectors_fixture.h - tokens that others have signed: those of RFC 7515, and
 * one of PyJWT for each algorithm, with the key named beside it.
 */
#pragma once

/* clang-format off */

/* Appendix A: {"iss":"joe","exp":1300819380,...}, and no jti. */
#define RFC_EXP 1300819380
#define RFC_HS256_KEY \
	"\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f" \
	"\x5a\xb3\x28\xe6\xf0\x54\xc9\x28\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf" \
	"\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22" \
	"\x3d\x2e\x21\x72\x05\x2e\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3"
#define RFC_HS256 \
	"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" \
	"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ." \
	"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define RFC_RS256 \
	"eyJhbGciOiJSUzI1NiJ9." \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" \
	"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ." \
	"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7" \
	"AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4" \
	"BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K" \
	"0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv" \
	"hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB" \
	"p0igcN_IoypGlUPQGe77Rw"
#define RFC_ES256 \
	"eyJhbGciOiJFUzI1NiJ9." \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" \
	"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ." \
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA" \
	"pmWQxfKTUJqPP3-Kg6NU1Q"

/* HEADER with its own alg, PAYLOAD; HMAC_KEY, RSA, P256, P384, P521. */
#define PYJWT_RS256 \
	"eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"mXiQGdYBEpNsxlIBMOwoQvX8aUIvUfYvNe1Yu5OBoDAbTCLqKj-s7Pncr5Ti2oui" \
	"UN8xEXt4t8dQGTEdjiMwL923ZQCKhtzjkHi8sWbS-6i1KvaiwgHf3hzIIJ-OFC41" \
	"mzrUCekrQGSsP5d7eM7xUldOBkOB3XzRNh0Lpu7nortSClZdt4bGXpwnIb1u81p7" \
	"wTL8SiGU7Rpc7p7cTuytwdZn8w4lEPmjW0tKKJTfULXFrea2BIhhdk2jXUgk_l4N" \
	"0Cc2jOT62GS-oFV-PkwCj2IMfem-2jEMiQaDqyKRv_C4zC2lXFZe1gLhpzG5gyO1" \
	"2_bFMK9fCxNx0vWu6kehPw"
#define PYJWT_RS384 \
	"eyJhbGciOiJSUzM4NCIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"GYtFSPmTy4-tcFFA_uIbTz7nqDIaUHSEfdwMlSxSsL2w5mL1WYSWQogIVd1skjoP" \
	"Zz2SVByFT0OZXK7EvpbeWfjHN_koFWrDXiNGESAH0Z1pUQJA-j_eBOzIZbubpBod" \
	"pyf-bNv769mbMxIuSbYuQ0Ym7FRa-oD1cDhlclZjwBCt4GsFePEGZRf0poJVYbp7" \
	"BFsecM1x1RHssPNCsNaH0mD7agfdWWjSJOB3-H4bc82dn8Pa27QosTOxwAAIvq3X" \
	"2FM62LkxSfRrEdh_eamVJ2C4HmMRgnyhaW_mP1Lv9bTC1IcO9gxyCy9jrhLqgBhS" \
	"9IOIlL_JrJt9JM8ndIeNyw"
#define PYJWT_RS512 \
	"eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"G9U1Y2SJXkEtoPD5wlu1Kp63-b_aNCbKRtmJMX7wAxKNnXsgwmsxX_dj9id0qLtv" \
	"x5jihRP3e2TflZpWhKfu8CWJpJSdatp1PUhl8aXb3Gz8DrxGqixNZ5VyKlDMcXYm" \
	"u_MFPlhrr9v23_avhXkLlkx-mvVmmaGY4qQYKDXjEoYt8pCa1--qRFy7kHv2umWw" \
	"fH_VLV6SMCs23Glz6ZQfJHJN0yRVEvXqoyEQeFtNf_syA2Z-qFRhNKCP19d-o4in" \
	"n89jS39AtDBamQX3J2nnPg-NmIM1hsB3GRoYui_o2PinvuborABdiZ-vOef3Z679" \
	"dv2KZz45REDcYFmD7TQEuw"
#define PYJWT_ES256 \
	"eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"gM0bPFDZt5yDCE1LF0A8XelGy-XdcilBr7GrIQwOW8LB3sbsqv7dvze-YyGbvdU-" \
	"C1mBRZOezEucA-P6iBSO1Q"
#define PYJWT_ES384 \
	"eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"oHjGIXwFC4s4lYbGX6orEHqRlCnmVBiXVv3h0PO0hIkSCo0vOvwJTX6QXBWHuAdk" \
	"Od-b4jvOgthuJls-whV7OezslYX4IEKBPSKFMdRyexyKjo_vveDuRrVIpikTTPTI"
#define PYJWT_ES512 \
	"eyJhbGciOiJFUzUxMiIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"AfLIyDy780YuaSNvw5jUcX3hWvkJFCzpfgE8aPdA5SOAQ_5r3tJU-JDD50HFXyYB" \
	"CdzKY7UyFNXYDAs7GWVGFZqTAWbjw3Oi8s4f_BWmSFBnh1wr5-iCvfK4_26-iv-R" \
	"qcPxKkQVuKBwcOGw3yKp_nZpzxeTXmQH4-mFknWhRk3RCnKW"
#define PYJWT_HS256 \
	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"l5n-QbEtuU9S-D7QCmrrIiGG_JcmE1j3rCX3ywsw4vw"
#define PYJWT_HS384 \
	"eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"625W2ptrqXjtysf0UMFiNc54p93ewKqJwfxPh0saNQbiMXDomcrYu0PToeO8Wog2"
#define PYJWT_HS512 \
	"eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9." \
	"eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjoxNzAwMDAwMzAwLCJpYXQiOjE3" \
	"MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm" \
	"IiwidXNlcl9pZCI6IjcifQ." \
	"JtV1c8zb1mYMS04D0maQuZo4jfNqvbzxmG0zMo_ez9zlauUQslRAaY6tb0fblI_k" \
	"kw4w7DMEea3APTLSws8N1w"

/* clang-format on */
