/*
 * outcome.h - every way in which a request can end, and its HTTP answer.
 *
 * Handlers and the modules below them speak in outcomes and pass them up
 * unchanged. Only outcome.c knows status codes and sentences.
 */
#pragma once

enum outcome {
	/* clang-format off */
	OK,                     /* 200 with the handler's reply */
	CREATED,                /* 201 with the handler's reply */
	NO_CONTENT,             /* 204 */
	OPTIONS_ANSWERED,       /* 204 with Allow */
	ADMITTED,               /* 200: the gate lets a request through */
	SIGN_IN_FIRST,          /* 303 to the sign-in page */

	REQUEST_MALFORMED,      /* the request itself is damaged */
	REQUEST_TIMED_OUT,      /* its body did not arrive in time */
	NOT_FOUND,
	NOT_ACCEPTABLE,
	METHOD_NOT_ALLOWED,     /* argument: the method */
	MEDIA_TYPE_UNSUPPORTED, /* argument: the media type */
	BODY_TOO_LARGE,
	BODY_MALFORMED,         /* argument: the sentence */
	NOT_AN_OBJECT,          /* argument: str, int, float, bool, list */
	NULL_BODY,               /* the body is null */
	FIELDS_INVALID,         /* the request's faults */
	THROTTLED,              /* argument: seconds */
	UNAVAILABLE,            /* no database, no key, no configuration */

	LOGIN_REFUSED,          /* unknown, wrong, not activated, banned: alike */
	ACCOUNT_REFUSED,        /* the token's account may not refresh */

	TOKEN_INVALID,
	TOKEN_EXPIRED,
	TOKEN_BLACKLISTED,
	TOKEN_WITHOUT_EXP,
	TOKEN_WITHOUT_ID,
	TOKEN_WITHOUT_TYPE,
	TOKEN_OF_WRONG_TYPE,
	REFRESH_EXPIRED,        /* argument: the claim that says so */
	TOKEN_WITHOUT_REFRESH_EXP, /* argument: the claim */

	CREDENTIALS_MISSING,
	AUTHORIZATION_MALFORMED,
	USER_UNIDENTIFIED,
	USER_NOT_FOUND,
	USER_INACTIVE,
	PASSWORD_CHANGED,
	PERMISSION_DENIED,      /* in none of the groups that are asked for */
	CROSS_SITE,             /* cookies, but not from a page of ours */

	UID_INVALID,
	TICKET_INVALID,
	TICKET_STALE,
	CURRENT_PASSWORD_WRONG,
	PASSWORDS_DIFFER,       /* what was typed twice */
	USERNAMES_DIFFER,
	REGISTRATION_REFUSED,   /* it is closed, or asks for an invitation */
	INVITATION_INVALID,
	OTP_REQUIRED,           /* the password is right, a code is missing */
	OTP_INVALID,
	OTP_MISSING,            /* the same two, but nobody is logging in */
	OTP_REFUSED,
	TWO_STEP_ON,            /* what is to be set up is there */
	TWO_STEP_OFF,
	TWO_STEP_NOT_BEGUN,
	USERNAME_TAKEN,
	NEW_USERNAME_TAKEN,     /* the same, where it is to be another one */
	EMAIL_TAKEN,

	OUTCOMES
	/* clang-format on */
};

/* How the body of an answer is made. */
enum shape {
	SHAPE_REPLY,  /* what the handler replied */
	SHAPE_NONE,   /* no body */
	SHAPE_DETAIL, /* {"detail":TEXT} */
	SHAPE_CODE,   /* {"detail":TEXT,"code":CODE} */
	SHAPE_TOKEN,  /* the same; wrapped at a protected endpoint */
	SHAPE_FIELD,  /* {CODE:[TEXT]}: CODE is the field's name */
	SHAPE_FAULTS, /* the request's faults, by field */
};

struct answer {
	const char *name; /* as written in logs and the audit, in lower case */
	int status;       /* RFC 9110 section 15 */
	enum shape shape;
	const char *text; /* may hold one %s: the outcome's argument */
	const char *code;
};

/* Returns the row of the table; never NULL. */
const struct answer *outcome_answer(enum outcome outcome);

/* Returns the reason phrase of a status code that the table uses. */
const char *outcome_reason(int status);
